using System.Globalization;
using System.Net;
using Router.Cluster.Silos;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Operations;
using Tests;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Tests.Deploy;

/// <summary>What deploy/ says of a cluster, held to the program.</summary>
public sealed class ClusterDeployTests
{
    private const string Folder = Manifests.OfCluster, OfWorkers = "deploy/kubernetes/workers";

    private static readonly YamlNode Pod = One("worker.yaml", OfWorkers).At("spec", "template", "spec");
    private static readonly YamlNode Container = Pod.At("containers", "0");
    private static readonly YamlNode Gateway =
        One("gateway.yaml").At("spec", "template", "spec", "containers", "0");
    private static readonly IReadOnlyList<YamlMappingNode> Redis = Manifests.Documents($"{Folder}/redis.yaml");

    public static TheoryData<string> Workers => new("pod", "unit");

    private static YamlMappingNode One(string file, string folder = Folder) =>
        Assert.Single(Manifests.Documents($"{folder}/{file}"));

    private static string[] Started(string by) => by == "pod" ? Container.TextsAt("args")
        : [.. Manifests.Unit("dualrs-worker")["ExecStart"].Single().Split(' ').SkipWhile(word => word != "worker")];

    [Theory, MemberData(nameof(Workers))]
    public void A_worker_is_started_with_options_that_exist_in_a_cluster_that_can_be_read(string by)
    {
        string[] started = Started(by);
        Assert.Equal("worker", started[0]);
        string[] options = [.. started.Where(word => word.StartsWith("--", StringComparison.Ordinal))];
        Assert.All(options, option => Assert.Contains(option, Manifests.WorkerOptions));
        Assert.True(ClusterAddress.TryParse(Manifests.Argument(started, "--cluster"), out ClusterAddress? address));
        // Who looks at a process sees its arguments.
        Assert.Null(Assert.IsType<ClusterAddress.Redis>(address).Options.Password);
        if (by == "pod") Assert.Contains("REDISCLI_AUTH", Container.At("env").AllNodes.Select(node => $"{node}"));
        ListenAddress health = Assert.Single(ListenAddress.Parse(Manifests.Argument(started, "--health-urls")));
        Assert.Equal((by == "unit" ? IPAddress.Loopback : IPAddress.Any, 8081), (health.Address, health.Port));
    }

    [Fact]
    public void A_gateway_is_started_as_that_of_the_base_and_is_a_member_as_workers_are()
    {
        string[] before = Manifests.Yaml("deployment.yaml").At("spec", "template", "spec", "containers", "0")
            .TextsAt("args");
        string[] gateway = Gateway.TextsAt("args"), worker = Started("pod");
        Assert.Equal(before, gateway[..before.Length]);
        string[] more = [.. gateway[before.Length..].Where(word => word.StartsWith("--", StringComparison.Ordinal))];
        Assert.Equal(["--cluster", "--listen", "--member-certificate", "--peers-ca"], more);
        foreach (string option in more)
            Assert.Equal(Manifests.Argument(worker, option), Manifests.Argument(gateway, option));
    }

    [Fact]
    public void Members_beyond_a_machine_show_certificates_which_are_mounted_for_them_alone()
    {
        foreach (YamlNode pod in (YamlNode[])[Pod, One("gateway.yaml").At("spec", "template", "spec")])
        {
            string[] arguments = pod.TextsAt("containers", "0", "args");
            YamlNode volume = ((YamlSequenceNode)pod.At("volumes")).Single(one => one.TextAt("name") == "members");
            Assert.Equal("0440", volume.TextAt("secret", "defaultMode"));
            string mounted = ((YamlSequenceNode)pod.At("containers", "0", "volumeMounts"))
                .Single(one => one.TextAt("name") == "members").TextAt("mountPath");
            foreach (string option in (string[])["--member-certificate", "--peers-ca"])
                Assert.Equal(mounted, Path.GetDirectoryName(Manifests.Argument(arguments, option)));
            Assert.Equal("$(POD_IP):11111", Manifests.Argument(arguments, "--listen"));
            Assert.Equal(
                ("members", 11111), (((YamlSequenceNode)pod.At("containers", "0", "ports"))
                    .Single(port => port.TextAt("name") == "members") is var port
                        ? (port.TextAt("name"), port.NumberAt("containerPort")) : default));
        }
    }

    [Fact]
    public async Task Probes_ask_what_a_worker_answers_and_only_readiness_waits_for_networks()
    {
        await using WorkerEndpoint worker = new(
            ListenAddress.Parse("http://127.0.0.1:0"), telemetry: null, _ => { }, TimeProvider.System);
        await worker.StartAsync();
        using HttpClient client = new() { BaseAddress = worker.Addresses.Single() };
        foreach ((string probe, HttpStatusCode whileLoading) in ((string, HttpStatusCode)[])
            [("startupProbe", HttpStatusCode.OK), ("livenessProbe", HttpStatusCode.OK),
                ("readinessProbe", HttpStatusCode.ServiceUnavailable)])
        {
            string path = Container.TextAt(probe, "httpGet", "path");
            Assert.Equal(whileLoading, (await client.GetAsync(path)).StatusCode);
            Assert.Equal("health", Container.TextAt(probe, "httpGet", "port"));
        }
        Assert.Equal(
            ("health", 8081),
            (Container.TextAt("ports", "1", "name"), Container.NumberAt("ports", "1", "containerPort")));
    }

    [Fact]
    public void No_worker_is_killed_that_still_drains()
    {
        static int Drain(string by) =>
            int.Parse(Manifests.Argument(Started(by), "--drain-time"), CultureInfo.InvariantCulture);
        Assert.InRange(Pod.NumberAt("terminationGracePeriodSeconds"), Drain("pod") + 15, 600);
        ILookup<string, string> unit = Manifests.Unit("dualrs-worker");
        Assert.InRange(
            int.Parse(unit["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture), Drain("unit") + 15, 600);
        // Declared dead it ends with 1, and is to come back; with 2 nothing would be better.
        Assert.Equal(
            ("notify", "on-failure", "2"),
            (unit["Type"].Single(), unit["Restart"].Single(), unit["RestartPreventExitStatus"].Single()));
    }

    [Fact]
    public void A_worker_has_a_GPU_and_may_do_nothing_else()
    {
        Assert.Equal(1, Container.NumberAt("resources", "limits", "nvidia.com/gpu"));
        Assert.Equal("true", Pod.TextAt("securityContext", "runAsNonRoot"));
        Assert.Equal(("false", "true"), (Container.TextAt("securityContext", "allowPrivilegeEscalation"),
            Container.TextAt("securityContext", "readOnlyRootFilesystem")));
        Assert.Equal("ALL", Container.TextAt("securityContext", "capabilities", "drop", "0"));
        YamlNode image = One("kustomization.yaml", OfWorkers).At("images", "0");
        Assert.Equal(
            (Container.TextAt("image"), "dualrs", "cuda"),
            (image.TextAt("name"), image.TextAt("newName"), image.TextAt("newTag")));
    }

    [Fact]
    public void What_members_find_each_other_by_outlives_its_process()
    {
        string[] started = Redis[0].At("spec", "template", "spec", "containers", "0").TextsAt("args");
        Assert.Equal(
            ("yes", "always"),
            (Manifests.Argument(started, "--appendonly"), Manifests.Argument(started, "--appendfsync")));
        string data = Manifests.Argument(started, "--dir");
        Assert.Equal(
            ("data", data), (Redis[0].TextAt("spec", "volumeClaimTemplates", "0", "metadata", "name"),
                Redis[0].TextAt(
                    "spec", "template", "spec", "containers", "0", "volumeMounts", "0", "mountPath")));
        Assert.Equal(
            $"redis://{Redis[1].TextAt("metadata", "name")}:6379", Manifests.Argument(Started("pod"), "--cluster"));
    }

    [Fact]
    public void Workers_are_counted_by_metrics_that_exist()
    {
        YamlMappingNode scaler = One("autoscaling.yaml", OfWorkers);
        Assert.Equal("dualrs-worker", scaler.TextAt("spec", "scaleTargetRef", "name"));
        string known = Manifests.Text("docs/observability.md");
        string[] metrics =
        [
            .. ((YamlSequenceNode)scaler.At("spec", "metrics")).Select(
                metric => metric.TextAt(metric.TextAt("type").ToLowerInvariant(), "metric", "name")),
        ];
        Assert.Equal(2, metrics.Length);
        Assert.All(metrics, metric => Assert.Contains($"| `{metric}` | gauge |", known, StringComparison.Ordinal));
    }

    [Fact]
    public void Prometheus_of_any_namespace_reaches_the_metrics_of_every_member_and_no_other_port()
    {
        YamlNode rule = Manifests.Documents($"{Folder}/network.yaml")[0].At("spec", "ingress", "1");
        YamlNode from = Assert.Single((YamlSequenceNode)rule.At("from"));
        Assert.Empty((YamlMappingNode)from.At("namespaceSelector"));
        Assert.Equal("prometheus", from.At("podSelector", "matchLabels").TextAt("app.kubernetes.io/name"));
        string port = Assert.Single((YamlSequenceNode)rule.At("ports")).TextAt("port");
        YamlNode gateway = Manifests.Yaml("deployment.yaml").At("spec", "template", "spec", "containers", "0");
        foreach (YamlNode member in (YamlNode[])[Container, gateway])
        {
            int health = Assert.Single(
                ListenAddress.Parse(Manifests.Argument(member.TextsAt("args"), "--health-urls"))).Port;
            Assert.Equal(health, ((YamlSequenceNode)member.At("ports")).Single(one => one.TextAt("name") == port)
                .NumberAt("containerPort"));
        }
    }

    [Fact]
    public void Every_selector_means_pods_that_there_are()
    {
        foreach (string file in (string[])["worker.yaml", "disruption.yaml"])
            Assert.Equal("dualrs-worker", One(file, OfWorkers).At("spec", "selector", "matchLabels")
                .TextAt("app.kubernetes.io/name"));
        foreach (YamlNode member in (YamlNode[])[One("worker.yaml", OfWorkers), One("gateway.yaml")])
            Assert.Equal("true", member.At("spec", "template", "metadata", "labels").TextAt("dualrs/member"));
        IReadOnlyList<YamlMappingNode> network = Manifests.Documents($"{Folder}/network.yaml");
        Assert.Equal("true", network[0].At("spec", "podSelector", "matchLabels").TextAt("dualrs/member"));
        Assert.Equal(
            "dualrs-redis",
            network[1].At("spec", "podSelector", "matchLabels").TextAt("app.kubernetes.io/name"));
    }

    [Fact]
    public async Task Kustomize_builds_every_file_of_the_folder_into_what_can_be_applied()
    {
        IReadOnlyList<YamlMappingNode> built = await BuiltAsync(Folder);
        string[] things = [.. built.Select(one => $"{one.TextAt("kind")} {one.TextAt("metadata", "name")}")];
        Assert.Superset(
            (HashSet<string>)
            [
                "Deployment dualrs", "Deployment dualrs-worker", "StatefulSet dualrs-redis", "Service dualrs-redis",
                "PodDisruptionBudget dualrs", "PodDisruptionBudget dualrs-worker",
                "HorizontalPodAutoscaler dualrs-worker", "NetworkPolicy dualrs-members", "ConfigMap dualrs-registry",
            ],
            things.ToHashSet());
        YamlNode gateway = built.Single(one => one.TextAt("kind") == "Deployment"
            && one.TextAt("metadata", "name") == "dualrs").At("spec", "template", "spec", "containers", "0");
        Assert.Contains("--cluster", gateway.TextsAt("args"));
        Assert.Equal("health", gateway.TextAt("readinessProbe", "httpGet", "port"));
    }

    // Where two Deployments mean the same pods, each counts and ends those of the other.
    [Fact]
    public async Task Workers_of_another_build_stand_beside_those_that_are_there_and_share_no_pod()
    {
        IReadOnlyList<YamlMappingNode> old = await BuiltAsync(OfWorkers),
            next = await BuiltAsync("deploy/kubernetes/next-build");
        Assert.Equal(old.Select(Name).Select(name => name + "-2"), next.Select(Name));
        foreach (IReadOnlyList<YamlMappingNode> build in (IReadOnlyList<YamlMappingNode>[])[old, next])
        {
            YamlNode Of(string kind) => build.Single(one => one.TextAt("kind") == kind).At("spec");
            string label = Of("Deployment").At("template", "metadata", "labels").TextAt("dualrs/build");
            Assert.Equal(build == old ? "1" : "2", label);
            foreach (string kind in (string[])["Deployment", "PodDisruptionBudget"])
                Assert.Equal(label, Of(kind).At("selector", "matchLabels").TextAt("dualrs/build"));
            Assert.Equal(Name(build.Single(one => one.TextAt("kind") == "Deployment")),
                Of("HorizontalPodAutoscaler").TextAt("scaleTargetRef", "name"));
        }
        Assert.True(Least(next) > Least(old));

        static string Name(YamlMappingNode one) => one.TextAt("metadata", "name");
        static int Least(IReadOnlyList<YamlMappingNode> build) => build
            .Single(one => one.TextAt("kind") == "HorizontalPodAutoscaler").NumberAt("spec", "minReplicas");
    }

    private static async Task<IReadOnlyList<YamlMappingNode>> BuiltAsync(string folder)
    {
        string? program = ((string[])["/usr/bin/kubectl", "/usr/local/bin/kubectl"]).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "kubectl is not installed");
        (int code, string said, string failed) =
            await OtherProgram.RunAsync(new(program!, ["kustomize", Path.Combine(Reference.Root, folder)]));
        Assert.True(code == 0, failed);
        return Manifests.Read(new StringReader(said));
    }
}
