using Router.Engine.LibTorch;
using Router.Host.Cli;
using Router.Host.Commands;

Surroundings surroundings = Surroundings.OfProcess();
NativeTorch.CacheFolder = surroundings.CacheFolder;
return await CommandRunner.RunAsync(CommandTree.Create(surroundings), args, surroundings);
