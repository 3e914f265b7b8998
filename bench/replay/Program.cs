using Replay.Bench;

if (args.Length != 3 || args[0] is not "exclusion")
{
    Console.Error.WriteLine("usage: replay exclusion RECORDINGS CIFAR10-FOLDER");
    return 2;
}
Recordings recordings = new(args[1], "router", args[2]);
await new ExclusionPage(recordings).WriteAsync(Console.Out);
return 0;
