namespace Router.Experts.Registry;

/// <summary>Names a registry may use that other parts of the product define.</summary>
public sealed record RegistryTerms
{
    /// <summary>The architecture of a TorchScript archive, which brings its own layers and needs <c>trust: true</c>.</summary>
    public const string TorchScript = "torchscript";

    /// <summary>Known architectures besides <see cref="TorchScript"/>.</summary>
    public ValueArray<string> Architectures { get; init; } =
    [
        "cifar_resnet20", "cifar_resnet32", "cifar_resnet44", "cifar_resnet56", "cifar_resnet110", "imagenet32_resnet110", "resnet50",
    ];

    /// <summary>The model name of the routed answer over HTTP; no expert may take it.</summary>
    public string RoutedModel { get; init; } = "dualrs";
}
