using Replay.Bench;

if (args.Length < 3 || args[0] == "counts" && args.Length != 5 || args[0] == "overhead" && args.Length != 4
    || args[0] is not ("counts" or "exclusion" or "sampling" or "routers" or "approaches" or "overhead")
    || args[0] is "exclusion" or "sampling" && args.Length > 3)
{
    Console.Error.WriteLine(
        "usage: replay exclusion|sampling RECORDINGS CIFAR10-FOLDER\n       replay routers|approaches RECORDINGS "
        + "CIFAR10-FOLDER [ROUTER[:EXPERT,EXPERT…]…]\n       replay counts RECORDINGS CIFAR10-FOLDER REGISTRY OUT\n"
        + "       replay overhead RECORDINGS CIFAR10-FOLDER EXPERT@θ,EXPERT@θ…");
    return 2;
}
string folder = args[1], data = args[2];
if (args[0] == "counts")
{
    await RecordedPass.WriteAsync(folder, data, registry: args[3], output: args[4]);
    return 0;
}
if (args[0] == "overhead")
{
    await new OverheadPage(folder, data, cascade: args[3]).WriteAsync(Console.Out);
    return 0;
}
Recordings[] asked = [.. (args.Length > 3 ? args[3..] : ["router"]).Select(router =>
    new Recordings(folder, router.Split(':')[0], data, router.Contains(':') ? router.Split(':')[1].Split(',') : null))];
switch (args[0])
{
    case "exclusion": await new ExclusionPage(asked[0]).WriteAsync(Console.Out); break;
    case "sampling": await new SamplingPage(asked[0]).WriteAsync(Console.Out); break;
    case "approaches": await new ApproachPage(asked).WriteAsync(Console.Out); break;
    default:
        foreach (Recordings recordings in asked)
            await new RouterPage(recordings).WriteAsync(Console.Out);
        break;
}
return 0;
