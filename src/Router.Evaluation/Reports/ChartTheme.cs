
namespace Router.Evaluation.Reports;

/// <summary>On which ground a chart is drawn.</summary>
public enum ChartTheme
{
    /// <summary>Dark ink on white.</summary>
    Light,

    /// <summary>Light ink on near-black.</summary>
    Dark,
}
