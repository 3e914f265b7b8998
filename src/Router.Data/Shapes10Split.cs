namespace Router.Data;

/// <summary>The two halves of <see cref="Shapes10"/>.</summary>
public enum Shapes10Split
{
    /// <summary>Images to learn from.</summary>
    Train,

    /// <summary>Images to judge by.</summary>
    Test,
}
