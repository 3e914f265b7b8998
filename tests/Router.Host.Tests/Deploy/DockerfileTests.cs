using Tests;

namespace Router.Host.Tests.Deploy;

public sealed class DockerfileTests
{
    private const string Good = """
        ARG SDK=dotnet/sdk:10.0
        FROM ${SDK} AS build
        WORKDIR /source
        COPY . .
        RUN apt-get update \
         && apt-get install -y --no-install-recommends libgomp1 \
         && rm -rf /var/lib/apt/lists/*
        FROM dotnet/aspnet:10.0
        COPY --from=build /a /b /app/
        ENV HOME=/app
        USER 10001:10001
        HEALTHCHECK CMD ["true"]
        ENTRYPOINT ["dotnet", "/app/a.dll"]
        CMD ["serve"]
        """;

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.cuda")]
    public void Dockerfiles_keep_the_rules(string dockerfile) =>
        Assert.Empty(Dockerfile.Faults(Manifests.Text($"deploy/docker/{dockerfile}")));

    [Fact]
    public void A_file_that_keeps_the_rules_has_no_fault() => Assert.Empty(Dockerfile.Faults(Good));

    [Theory]
    [InlineData("WORKDIR /source", "WORKDIR source", "3: DL3000")]
    [InlineData("USER 10001:10001", "USER root", "DL3002")]
    [InlineData("USER 10001:10001\n", "", "DL3002")]
    [InlineData("USER 10001:10001", "USER 0:0", "DL3002")]
    [InlineData("RUN apt-get update", "RUN cd /tmp && apt-get update", "5: DL3003")]
    [InlineData("RUN apt-get update", "RUN sudo apt-get update", "5: DL3004")]
    [InlineData("SDK=dotnet/sdk:10.0", "SDK=dotnet/sdk", "2: DL3006")]
    [InlineData("FROM dotnet/aspnet:10.0", "FROM dotnet/aspnet:latest", "8: DL3007")]
    [InlineData(" && rm -rf /var/lib/apt/lists/*", " && true", "5: DL3009")]
    [InlineData("CMD [\"serve\"]", "CMD [\"serve\"]\nHEALTHCHECK CMD [\"false\"]", "DL3012")]
    [InlineData("install -y", "install", "5: DL3014")]
    [InlineData(" --no-install-recommends", "", "5: DL3015")]
    [InlineData("COPY . .", "ADD . .", "4: DL3020")]
    [InlineData("/b /app/", "/b /app", "9: DL3021")]
    [InlineData("--from=build", "--from=builder", "9: DL3022")]
    [InlineData("FROM dotnet/aspnet:10.0", "FROM dotnet/aspnet:10.0 AS build", "DL3024")]
    [InlineData("CMD [\"serve\"]", "CMD serve", "14: DL3025")]
    [InlineData("RUN apt-get update", "RUN apt update", "5: DL3027")]
    [InlineData("ENV HOME=/app", "ENV HOME=/app BIN=${HOME}/bin", "10: DL3044")]
    [InlineData("WORKDIR /source\n", "", "3: DL3045")]
    [InlineData("ARG SDK", "USER app\nARG SDK", "DL3061")]
    [InlineData("ENV HOME", "MAINTAINER me\nENV HOME", "10: DL4000")]
    [InlineData("CMD [\"serve\"]", "CMD [\"serve\"]\nCMD [\"demo\"]", "DL4003")]
    [InlineData("CMD [\"serve\"]", "ENTRYPOINT [\"dotnet\"]\nCMD [\"serve\"]", "DL4004")]
    [InlineData("RUN apt-get update", "RUN ls | grep a && apt-get update", "5: DL4006")]
    [InlineData("ENV HOME", "ENVS HOME", "10: there is no instruction ENVS")]
    public void A_broken_rule_is_found_where_it_is_broken(string passage, string replacement, string rule)
    {
        Assert.Contains(passage, Good, StringComparison.Ordinal);
        string fault = Assert.Single(Dockerfile.Faults(Good.Replace(passage, replacement, StringComparison.Ordinal)));
        Assert.StartsWith(rule, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.cuda")]
    public void What_is_copied_exists_and_is_let_into_the_build(string dockerfile)
    {
        string[] letIn = Manifests.Text(".dockerignore").Split('\n');
        Assert.Equal("**", letIn[0]);
        string[] sources =
        [
            .. Dockerfile.Read(Manifests.Text($"deploy/docker/{dockerfile}"))
                .Where(one => one.Name == "COPY" && !one.Text.Contains("--from=", StringComparison.Ordinal))
                .SelectMany(one => one.Words[..^1]).Where(source => source != "."),
        ];
        Assert.Contains("experts.yaml", sources);
        Assert.All(sources, source =>
        {
            Assert.True(Path.Exists(Path.Combine(Reference.Root, source)), source);
            Assert.Contains($"!{source}", letIn);
        });
        // A build reads what stands above its projects.
        Assert.All(
            Directory.GetFiles(Reference.Root, "Directory.*").Append("global.json").Select(Path.GetFileName),
            file => Assert.Contains($"!{file}", letIn));
    }
}
