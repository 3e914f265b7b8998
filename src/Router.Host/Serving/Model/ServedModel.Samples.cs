using Router.Estimator.Failover;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Model;

internal sealed partial class ServedModel
{
    /// <summary>The most noisy samples that a request can draw, over all of its images: what its caller's allowance must hold.</summary>
    /// <param name="parameters">How to answer.</param>
    /// <param name="images">How many images.</param>
    public long MostSamples(InferParameters parameters, int images)
    {
        FailoverClassifier asked = Asked(parameters);
        return images * parameters.Mode switch
        {
            InferMode.Predict => asked.Classifier.MostSamplesOfPrediction(parameters.Counts.Estimation),
            InferMode.Route => asked.Classifier.MostSamplesOfRoute(parameters.Counts.Estimation),
            _ => asked.MostSamples(parameters.FixedPlan),
        };
    }
}
