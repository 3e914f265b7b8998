using Router.Cluster.Silos;
using Router.Host.Cli;

namespace Router.Host.Commands.Cluster;

/// <summary>Every line that a member of a cluster logs; the event ids are stable.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(80, LogLevel.Information, "{Name} votes in the cluster at {Address}: {Functions}")]
    public static partial void Votes(this ILogger log, string name, string address, string functions);

    [LoggerMessage(81, LogLevel.Information, "told to stop: what is here has {Seconds} s to be finished")]
    public static partial void Leaving(this ILogger log, double seconds);

    [LoggerMessage(82, LogLevel.Error, "this worker is no member any more, start it again: {Why}")]
    public static partial void Expelled(this ILogger log, string why);

    [LoggerMessage(83, LogLevel.Error,
        "{Address} lost this member: who joins now comes into another cluster. Start every member again")]
    public static partial void MembershipLost(this ILogger log, string address);

    [LoggerMessage(84, LogLevel.Warning, "{Address} cannot be read, and nobody can join: {Fault}")]
    public static partial void MembershipAway(this ILogger log, string address, string? fault);

    [LoggerMessage(85, LogLevel.Information, "{Address} has this member")]
    public static partial void MembershipWhole(this ILogger log, string address);

    [LoggerMessage(86, LogLevel.Error, "members see others than this one does: {Members}")]
    public static partial void ViewsDiffer(this ILogger log, string members);

    [LoggerMessage(87, LogLevel.Information, "members see each other alike")]
    public static partial void ViewsAgree(this ILogger log);

    [LoggerMessage(88, LogLevel.Error, "{Why}: this worker ends, to be started again")]
    public static partial void Broken(this ILogger log, string why);

    [LoggerMessage(89, LogLevel.Warning, "a certificate is no member's, and is refused: {Whose}")]
    public static partial void MemberRefused(this ILogger log, string whose);

    /// <summary>What happens to the membership goes to a log.</summary>
    public static ClusterSettings ToldTo(this ClusterSettings settings, ILogger log) => settings with
    {
        Changed = (before, now) => log.Tell(settings.Address, before, now),
        Refused = whose => log.MemberRefused(Printable.Line(whose)),
    };

    private static void Tell(this ILogger log, ClusterAddress address, MembershipHealth before, MembershipHealth now)
    {
        if (before.State != now.State)
            switch (now.State)
            {
                case MembershipState.Whole:
                    log.MembershipWhole($"{address}");
                    break;
                case MembershipState.Away:
                    log.MembershipAway($"{address}", now.Fault);
                    break;
                default:
                    log.MembershipLost($"{address}");
                    break;
            }
        if (now.Differing.SequenceEqual(before.Differing)) return;
        if (now.Differing.IsEmpty) log.ViewsAgree();
        else log.ViewsDiffer(string.Join(", ", now.Differing));
    }
}
