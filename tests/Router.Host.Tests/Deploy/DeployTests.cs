using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving;
using Tests;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Tests.Deploy;

public sealed partial class DeployTests
{
    private static readonly YamlNode Pod = Manifests.Yaml("deployment.yaml").At("spec", "template", "spec");
    private static readonly YamlNode Container = Pod.At("containers", "0");
    private static readonly string[] Arguments = [
        .. ((YamlSequenceNode)Container.At("args")).Select(argument => ((YamlScalarNode)argument).Value!)];

    public static TheoryData<string> Starts => new("pod", "Dockerfile", "Dockerfile.cuda", "unit");

    private static string[] Started(string by) => by switch
    {
        "pod" => Arguments,
        "unit" => [.. Manifests.Unit()["ExecStart"].Single().Split(' ').SkipWhile(word => word != "serve")],
        _ => Manifests.Command(by),
    };

    [Theory, MemberData(nameof(Starts))]
    public void What_is_started_are_options_that_exist_at_addresses_that_can_be_read(string by)
    {
        string[] started = Started(by);
        Assert.Equal("serve", started[0]);
        string[] options = [.. started.Where(word => word.StartsWith("--", StringComparison.Ordinal))];
        Assert.Contains("--drain-time", options);
        Assert.All(options, option => Assert.Contains(option, Manifests.Options));
        ListenAddress address = Assert.Single(ListenAddress.Parse(Manifests.Argument(started, "--urls")));
        // A service of this machine is not reached from others; in a container the port that is published decides.
        Assert.Equal((by == "unit" ? IPAddress.Loopback : IPAddress.Any, 8080), (address.Address, address.Port));
    }

    [Fact]
    public async Task Probes_ask_addresses_that_need_no_key_and_liveness_asks_no_model()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(limits, async stopping =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            throw new InvalidOperationException();
        });
        foreach ((string probe, HttpStatusCode whileLoading) in ((string, HttpStatusCode)[])
            [("startupProbe", HttpStatusCode.OK), ("livenessProbe", HttpStatusCode.OK),
                ("readinessProbe", HttpStatusCode.ServiceUnavailable)])
        {
            string path = Container.TextAt(probe, "httpGet", "path");
            Assert.Contains(("GET", path), daemon.Answered);
            Assert.Equal(whileLoading, (await daemon.Client.GetAsync(path)).StatusCode);
            Assert.Equal("health", Container.TextAt(probe, "httpGet", "port"));
        }
    }

    [Fact]
    public void Ports_agree_from_the_service_to_the_process()
    {
        int port = Assert.Single(ListenAddress.Parse(Manifests.Argument(Arguments, "--urls"))).Port;
        Assert.Equal(("http", port),
            (Container.TextAt("ports", "0", "name"), Container.NumberAt("ports", "0", "containerPort")));
        // Probes have a port of their own, which neither the service nor the network lets anybody else reach.
        int health = Assert.Single(ListenAddress.Parse(Manifests.Argument(Arguments, "--health-urls"))).Port;
        Assert.Equal(("health", health),
            (Container.TextAt("ports", "1", "name"), Container.NumberAt("ports", "1", "containerPort")));
        Assert.Equal("http", Manifests.Yaml("service.yaml").TextAt("spec", "ports", "0", "targetPort"));
        Assert.Equal("http", Manifests.Yaml("network.yaml").TextAt("spec", "ingress", "0", "ports", "0", "port"));
        foreach (string dockerfile in (string[])["Dockerfile", "Dockerfile.cuda"])
        {
            Assert.Contains($"\nEXPOSE {port}\n", Manifests.Text($"deploy/docker/{dockerfile}"));
            Assert.Contains($"/dev/tcp/127.0.0.1/{port} ", Manifests.Text($"deploy/docker/{dockerfile}"));
        }
    }

    [Fact]
    public void Nobody_is_killed_who_still_drains()
    {
        int drain = int.Parse(Manifests.Argument(Arguments, "--drain-time"), CultureInfo.InvariantCulture);
        int before = Container.NumberAt("lifecycle", "preStop", "exec", "command", "1");
        Assert.InRange(Pod.NumberAt("terminationGracePeriodSeconds"), before + drain + 5, 600);
        ILookup<string, string> unit = Manifests.Unit();
        Assert.InRange(
            int.Parse(unit["TimeoutStopSec"].Single(), CultureInfo.InvariantCulture),
            int.Parse(Manifests.Argument(Started("unit"), "--drain-time"), CultureInfo.InvariantCulture) + 5, 600);
        Assert.Equal(("notify", "SIGTERM", "/bin/kill -HUP $MAINPID"),
            (unit["Type"].Single(), unit["KillSignal"].Single(), unit["ExecReload"].Single()));
    }

    [Fact]
    public void Every_selector_means_the_pods_of_the_deployment_and_no_others()
    {
        (string, string[])[] selectors =
        [
            ("deployment.yaml", ["spec", "selector", "matchLabels"]),
            ("deployment.yaml", ["spec", "template", "metadata", "labels"]),
            ("service.yaml", ["spec", "selector"]), ("disruption.yaml", ["spec", "selector", "matchLabels"]),
            ("network.yaml", ["spec", "podSelector", "matchLabels"]),
        ];
        Assert.All(selectors, selector =>
            Assert.Equal("dualrs", Manifests.Yaml(selector.Item1).At(selector.Item2).TextAt("app.kubernetes.io/name")));
        Assert.True(Manifests.Yaml("deployment.yaml").NumberAt("spec", "replicas") > Manifests.Yaml("disruption.yaml")
            .NumberAt("spec", "minAvailable"));
    }

    [Fact]
    public void What_a_pod_reads_is_mounted_and_it_may_do_nothing_else()
    {
        Dictionary<string, string> mounts = ((YamlSequenceNode)Container.At("volumeMounts"))
            .ToDictionary(mount => mount.TextAt("mountPath"), mount => mount.TextAt("name"));
        foreach (string option in (string[])["--registry", "--keys", "--secret"])
            Assert.Contains(Path.GetDirectoryName(Manifests.Argument(Arguments, option))!, mounts.Keys);
        Assert.Equal(["keys", "registry", "tmp"], mounts.Values.Order(StringComparer.Ordinal));
        Assert.Equal("true", Pod.TextAt("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Pod.TextAt("securityContext", "seccompProfile", "type"));
        Assert.Equal(("false", "true"), (Container.TextAt("securityContext", "allowPrivilegeEscalation"),
            Container.TextAt("securityContext", "readOnlyRootFilesystem")));
        Assert.Equal("ALL", Container.TextAt("securityContext", "capabilities", "drop", "0"));
        Assert.Contains(
            $"\nUSER {Pod.TextAt("securityContext", "runAsUser")}:{Pod.TextAt("securityContext", "runAsGroup")}\n",
            Manifests.Text("deploy/docker/Dockerfile"));
    }

    [Fact]
    public void The_registry_of_the_pods_is_the_bundled_one()
    {
        string bundled = Manifests.Text("experts.yaml"), pods = Manifests.Text($"{Manifests.Kubernetes}/experts.yaml");
        Assert.Equal(Lines(bundled), Lines(pods.Replace("/opt/dualrs/models/", "models/", StringComparison.Ordinal)));
        static IEnumerable<string> Lines(string text) => text.Split('\n').Where(line => !line.StartsWith('#'));
    }

    [Fact]
    public void No_image_names_a_registry()
    {
        Assert.Equal("dualrs", Container.TextAt("image"));
        IEnumerable<string> images = ((string[])["Dockerfile", "Dockerfile.cuda"])
            .SelectMany(file => Manifests.Text($"deploy/docker/{file}").Split('\n'))
            .Where(line => line.StartsWith("ARG ", StringComparison.Ordinal)).Select(line => line.Split('=')[1]);
        Assert.All(images, image => Assert.DoesNotContain('.', image.Split('/')[0].Split(':')[0]));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.cuda")]
    public void Images_are_built_in_and_run_on_the_official_ones_of_NET(string dockerfile)
    {
        string[] lines = Manifests.Text($"deploy/docker/{dockerfile}").Split('\n');
        Assert.Equal(["SDK=dotnet/sdk:10.0", "RUNTIME=dotnet/aspnet:10.0"], After("ARG "));
        Assert.Equal(["${SDK} AS build", "${RUNTIME} AS final"], After("FROM "));
        IEnumerable<string> After(string instruction) => lines
            .Where(line => line.StartsWith(instruction, StringComparison.Ordinal))
            .Select(line => line[instruction.Length..]);
    }

    [Fact]
    public void The_image_that_the_SDK_writes_starts_as_the_one_of_the_Dockerfile()
    {
        XElement project = XElement.Parse(Manifests.Text("src/Router.Host/Router.Host.csproj"));
        string Property(string name) => project.Descendants(name).Single().Value;
        string[] arguments =
        [
            .. project.Descendants("ContainerDefaultArgs")
                .SelectMany(item => item.Attribute("Include")!.Value.Split(';'))
                .Select(value => value.Replace(
                    "$(ContainerWorkingDirectory)", Property("ContainerWorkingDirectory"), StringComparison.Ordinal)),
        ];
        Assert.Equal(Manifests.Command("Dockerfile"), arguments);
        string dockerfile = Manifests.Text("deploy/docker/Dockerfile");
        Assert.Contains($"\nUSER {Property("ContainerUser")}\n", dockerfile);
        Assert.Contains($"\nWORKDIR {Property("ContainerWorkingDirectory")}\n", dockerfile);
        string port = project.Descendants("ContainerPort").Single().Attribute("Include")!.Value;
        Assert.Contains($"\nEXPOSE {port}\n", dockerfile);
    }

    [Theory]
    [InlineData("dualrs")]
    [InlineData("dualrs-worker")]
    public async Task Systemd_finds_no_fault_in_the_unit(string name)
    {
        const string Program = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs");
        try
        {
            // Where the runtime lies is the machine's business; a program that exists is not what is verified.
            string unit = Path.Combine(folder.FullName, $"{name}.service");
            await File.WriteAllTextAsync(unit, Manifests.Text($"deploy/systemd/{name}.service")
                .Replace("/usr/bin/dotnet", "/bin/sh", StringComparison.Ordinal));
            (int verified, string said) = await RunAsync(Program, "verify", "--man=no", unit);
            Assert.Equal((0, ""), (verified, said));
            // 2.0 of 10: from "OK" on the wrong side of it something was opened.
            (int secure, string why) = await RunAsync(Program, "security", "--offline=true", "--threshold=20", unit);
            Assert.True(secure == 0, why);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        (int code, string said, string failed) = await OtherProgram.RunAsync(new(program, arguments));
        return (code, said + failed);
    }

    [Fact]
    public void Every_alert_is_tried_on_series_and_expected_to_say_what_it_says()
    {
        YamlNode rules = Manifests.Documents("deploy/prometheus/alerts.yaml")[0].At("groups", "0", "rules");
        Dictionary<string, Regex> said = ((YamlSequenceNode)rules).ToDictionary(
            rule => rule.TextAt("alert"), rule => new Regex(
                $"^{string.Join(".+", Template().Split(rule.TextAt("annotations", "summary")).Select(Regex.Escape))}$",
                RegexOptions.None, TimeSpan.FromSeconds(1)));
        YamlNode tried = Manifests.Documents("deploy/prometheus/alerts.test.yaml")[0].At(
            "tests", "0", "alert_rule_test");
        (string Alert, string Summary)[] expected =
        [
            .. from test in (YamlSequenceNode)tried
               from alert in (YamlSequenceNode)test.At("exp_alerts")
               select (test.TextAt("alertname"), alert.TextAt("exp_annotations", "summary")),
        ];
        Assert.Equal(said.Keys.Order(), expected.Select(one => one.Alert).Distinct().Order());
        Assert.All(expected, one => Assert.Matches(said[one.Alert], one.Summary));
    }

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Template();
}
