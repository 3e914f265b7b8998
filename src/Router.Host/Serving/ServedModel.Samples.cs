using Router.Estimator.Failover;
using Router.Host.Serving.Requests;

namespace Router.Host.Serving;

internal sealed partial class ServedModel
{
    /// <summary>The most noisy samples that a request can draw, over all of its images: what its caller's allowance must hold.</summary>
    public long MostSamples(InferRequest request)
    {
        FailoverClassifier asked = Asked(request.Parameters);
        return request.Images.Length * request.Mode switch
        {
            InferMode.Predict => asked.Classifier.MostSamplesOfPrediction(request.Counts.Estimation),
            InferMode.Route => asked.Classifier.MostSamplesOfRoute(request.Counts.Estimation),
            _ => asked.MostSamples(request.FixedPlan),
        };
    }
}
