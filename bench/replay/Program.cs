using Replay.Bench;

if (args.Length < 3 || args[0] is not ("exclusion" or "sampling" or "routers") || args[0] != "routers" && args.Length > 3)
{
    Console.Error.WriteLine("usage: replay exclusion|sampling RECORDINGS CIFAR10-FOLDER\n       replay routers RECORDINGS CIFAR10-FOLDER [ROUTER[:EXPERT,EXPERT…]…]");
    return 2;
}
string folder = args[1], data = args[2];
switch (args[0])
{
    case "exclusion": await new ExclusionPage(new(folder, "router", data)).WriteAsync(Console.Out); break;
    case "sampling": await new SamplingPage(new(folder, "router", data)).WriteAsync(Console.Out); break;
    default:
        foreach (string asked in args.Length > 3 ? args[3..] : ["router"])
            await new RouterPage(new(folder, asked.Split(':')[0], data, asked.Contains(':') ? asked.Split(':')[1].Split(',') : null)).WriteAsync(Console.Out);
        break;
}
return 0;
