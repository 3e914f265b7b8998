using Router.Engine;
using Router.Estimator;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Training.Attacks;
using Tests;

namespace Router.Training.Tests.Attacks;

public sealed class AttackedNetworkTests
{
    [Fact]
    public void The_router_of_a_mix_has_the_summed_probabilities_of_those_it_stands_in_for()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor logits = torch.tensor(new[] { 1f, -2f, 0.5f, 3f, 0f, 0f, 0f, 0f }, [2L, 4L]);
        using AttackedNetwork router = new(_ => logits, 1);
        torch.Tensor summed =
            router.Restrict(new Restriction([1, 3], [0, 0, 0, 1])).Logits(torch.zeros(2, 1)).softmax(1);
        torch.Tensor all = logits.softmax(1);
        Assert.Equal((all[0, 0] + all[0, 1] + all[0, 2]).ToDouble(), summed[0, 0].ToDouble(), 6);
        Assert.Equal(0.25, summed[1, 1].ToDouble(), 6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_the_mirror_image_is_voted_on_too_an_attack_sees_both(bool mirror)
    {
        string path = Path.GetTempFileName();
        try
        {
            string models = Path.Combine(Reference.Root, "models", "cifar10");
            File.WriteAllText(path, $$"""
                dataset: cifar10
                experts:
                  - { id: one, sigma: 0.12, architecture: cifar_resnet20, input: standardize,
                      checkpoint: {{models}}/noise_0.12.safetensors, mirror: {{(mirror ? "true" : "false")}} }
                """);
            using LoadedRegistry registry =
                new RegistryLoader(Machine.Detect(threads: 1)).Load(RegistryReader.Read(path).Config!, batch: 4);
            using DisposeScope scope = torch.NewDisposeScope();
            using AttackedNetwork attacked = AttackedNetwork.Of(registry.Experts[0], "cpu");
            torch.Tensor pixels = torch.tensor(
                ProbePatterns.Levels(0).Select(level => level / 255f).ToArray(), [1L, 3L, 32L, 32L]);
            double difference = (attacked.Logits(pixels) - attacked.Logits(pixels.flip(3))).abs().max().ToDouble();
            Assert.Equal(mirror, difference < 1e-4);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Gradients_of_an_ensemble_are_those_of_the_mean_that_is_served()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs-attacked-");
        try
        {
            string models = Path.Combine(Reference.Root, "models", "cifar10");
            string path = Path.Combine(folder.FullName, "e.yaml");
            await File.WriteAllTextAsync(path, $$"""
                dataset: cifar10
                experts:
                  - { id: both, sigma: 0.12, architecture: cifar_resnet20, input: standardize,
                      checkpoint: [{{models}}/noise_0.12.safetensors, {{models}}/noise_0.50.safetensors] }
                """);
            using LoadedRegistry registry =
                new RegistryLoader(Machine.Detect(threads: 1)).Load(RegistryReader.Read(path).Config!, batch: 4);
            float[] served = (await registry.Experts[0].LogitsAsync([new(ProbePatterns.Levels(0), 3, 32, 32)]))[0];
            using DisposeScope scope = torch.NewDisposeScope();
            using AttackedNetwork attacked = AttackedNetwork.Of(registry.Experts[0], "cpu");
            torch.Tensor pixels = torch.tensor(
                ProbePatterns.Levels(0).Select(level => level / 255f).ToArray(), [1L, 3L, 32L, 32L]).requires_grad_();
            torch.Tensor logits = attacked.Logits(pixels);
            for (int k = 0; k < served.Length; k++) Assert.Equal(served[k], logits[0, k].ToSingle(), 1e-4);
            logits.sum().backward();
            Assert.True(pixels.grad!.abs().sum().ToDouble() > 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
