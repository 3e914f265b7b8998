using Router.Host.Cli;

Surroundings surroundings = Surroundings.OfProcess();
return await CommandRunner.RunAsync(CommandTree.Create(surroundings), args, surroundings);
