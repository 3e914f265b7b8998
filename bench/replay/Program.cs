using Replay.Bench;

if (args.Length != 3 || args[0] is not ("exclusion" or "sampling"))
{
    Console.Error.WriteLine("usage: replay exclusion|sampling RECORDINGS CIFAR10-FOLDER");
    return 2;
}
Recordings recordings = new(args[1], "router", args[2]);
if (args[0] == "exclusion") await new ExclusionPage(recordings).WriteAsync(Console.Out);
else await new SamplingPage(recordings).WriteAsync(Console.Out);
return 0;
