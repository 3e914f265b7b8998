namespace Router.Data;

/// <summary>The two halves of CIFAR-10.</summary>
public enum Cifar10Split
{
    /// <summary>50 000 images: data_batch_1.bin … data_batch_5.bin, in that order.</summary>
    Train,

    /// <summary>10 000 images: test_batch.bin.</summary>
    Test,
}
