using Router.Evaluation.Logs;
using Router.Host.Cli;
using Router.Host.Tests.Cli;

namespace Router.Host.Tests.Train;

/// <summary>
/// The whole of it on the embedded data set, from nothing: three experts, their answers, a router, certificates of
/// every system. Seeds are fixed; the margins are far from the bounds, which leaves room for another machine's last
/// bits.
/// </summary>
[Collection(WholeMachine.Name)]
public sealed class Shapes10SystemTests : IDisposable
{
    // At σ = 1 no texture is left to tell the fine classes apart: a smaller rate keeps the network from settling on one
    // of them.
    private static readonly (string Id, string Sigma, string Rate, string Images, string Epochs)[] Experts =
        [("s025", "0.25", "0.01", "4000", "8"), ("s050", "0.5", "0.01", "2000", "6"),
            ("s100", "1.0", "0.003", "2000", "6")];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Routed_system_is_as_good_as_the_best_single_expert_at_both_ends_and_far_better_than_each_at_one()
    {
        foreach ((string id, string sigma, string rate, string images, string epochs) in Experts)
            await Done("train", "expert", "shapes10", "--sigma", sigma, "--id", id, "-o", $"{id}.safetensors",
                "--architecture", "cifar_resnet8",
                "--images", images, "--epochs", epochs, "--batch", "64", "--optimizer", "adamw", "--lr", rate,
                "--weight-decay", "0.01", "--augment", "none",
                "--precision", "float32", "--seed", "1");
        _shell.Write("singles.yaml", Registry(router: ""));
        await Done("train", "targets", "shapes10", "-r", "singles.yaml", "--no-probe", "--images", "1600", "--n", "16",
            "--seed", "1", "-o", "targets.tsv");
        await Done("train", "router", "shapes10", "--targets", "targets.tsv", "--id", "router", "-o",
            "router.safetensors", "--init", "s100.safetensors",
            "--architecture", "cifar_resnet8_mlp32", "--freeze-trunk", "--copies", "2", "--epochs", "12", "--batch",
            "64", "--lr", "0.005", "--augment", "none",
            "--precision", "float32", "--seed", "1");
        _shell.Write("experts.yaml", Registry(
            "router: { checkpoint: router.safetensors, architecture: cifar_resnet8_mlp32, sigma: 1.0, input: "
            + "standardize, routes: [s025, s050, s100] }"));

        IReadOnlyList<LogRow> routed = await CertifyAsync("routed.tsv");
        Dictionary<string, IReadOnlyList<LogRow>> singles = [];
        foreach ((string id, _, _, _, _) in Experts)
            singles[id] = await CertifyAsync($"{id}.tsv", "--expert", id);

        double near = CertifiedAccuracy.At(routed, .25), far = CertifiedAccuracy.At(routed, 1.5);
        string figures = string.Join(", ", singles.Select(single =>
            $"{single.Key} {CertifiedAccuracy.At(single.Value, .25)} {CertifiedAccuracy.At(single.Value, 1.5)}"));
        Assert.True(near >= singles.Values.Max(rows => CertifiedAccuracy.At(rows, .25)) - .02,
            $"at .25 and 1.5: routed {near} {far}, {figures}");
        Assert.True(far >= singles.Values.Max(rows => CertifiedAccuracy.At(rows, 1.5)) - .02,
            $"at .25 and 1.5: routed {near} {far}, {figures}");
        foreach ((string id, IReadOnlyList<LogRow> rows) in singles)
        {
            double ahead = Math.Max(near - CertifiedAccuracy.At(rows, .25), far - CertifiedAccuracy.At(rows, 1.5));
            Assert.True(ahead >= .1,
                $"{id} is only {ahead:0.000} behind the routed system ({near:0.000} at .25, {far:0.000} at 1.5)");
        }
    }

    private static string Registry(string router) => $"""
        dataset: shapes10
        {router}
        experts:
        {string.Join('\n', Experts.Select(expert => $"  - {{ id: {expert.Id}, sigma: {expert.Sigma}, "
            + $"architecture: cifar_resnet8, checkpoint: {expert.Id}.safetensors, input: standardize }}"))}
        routing: {(router.Length > 0 ? "{ kind: mostVoted }" : "{ kind: fixed, expert: s025 }")}
        certification: {"{ failureProbability: 0.001, selection: 50, estimation: 400, noise: grid, failover: refuse }"}
        """;

    private async Task<IReadOnlyList<LogRow>> CertifyAsync(string log, params string[] more)
    {
        await Done(["certify", "shapes10", "-r", "experts.yaml", "--no-probe", "--skip", "40", "--seed", "1", "--out",
            log, .. more]);
        return CertificationLogReader.Read(_shell.In(log)).Rows;
    }

    private async Task Done(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
    }
}
