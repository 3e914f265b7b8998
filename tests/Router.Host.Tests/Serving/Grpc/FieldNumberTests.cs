using Google.Protobuf.Reflection;
using Inference;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>
/// What goes over the wire is field numbers: those of the Open Inference Protocol as KServe publishes it, and of
/// Triton's extensions, copied from their documents by hand.
/// </summary>
public sealed class FieldNumberTests
{
    public static TheoryData<string, string> Published => new()
    {
        { "ServerLiveResponse", "live 1" },
        { "ServerReadyResponse", "ready 1" },
        { "ModelReadyRequest", "name 1, version 2" },
        { "ModelReadyResponse", "ready 1" },
        { "ServerMetadataResponse", "name 1, version 2, extensions 3" },
        { "ModelMetadataRequest", "name 1, version 2" },
        { "ModelMetadataResponse", "name 1, versions 2, platform 3, inputs 4, outputs 5" },
        { "ModelMetadataResponse.TensorMetadata", "name 1, datatype 2, shape 3" },
        { "InferParameter", "bool_param 1, int64_param 2, string_param 3, double_param 4, uint64_param 5" },
        {
            "InferTensorContents",
            "bool_contents 1, int_contents 2, int64_contents 3, uint_contents 4, uint64_contents 5, fp32_contents 6, "
                + "fp64_contents 7, bytes_contents 8"
        },
        {
            "ModelInferRequest",
            "model_name 1, model_version 2, id 3, parameters 4, inputs 5, outputs 6, raw_input_contents 7"
        },
        { "ModelInferRequest.InferInputTensor", "name 1, datatype 2, shape 3, parameters 4, contents 5" },
        { "ModelInferRequest.InferRequestedOutputTensor", "name 1, parameters 2" },
        {
            "ModelInferResponse",
            "model_name 1, model_version 2, id 3, parameters 4, outputs 5, raw_output_contents 6"
        },
        { "ModelInferResponse.InferOutputTensor", "name 1, datatype 2, shape 3, parameters 4, contents 5" },
        { "ModelStatisticsRequest", "name 1, version 2" },
        { "StatisticDuration", "count 1, ns 2" },
        {
            "InferStatistics",
            "success 1, fail 2, queue 3, compute_input 4, compute_infer 5, compute_output 6"
        },
        { "InferBatchStatistics", "batch_size 1, compute_input 2, compute_infer 3, compute_output 4" },
        {
            "ModelStatistics",
            "name 1, version 2, last_inference 3, inference_count 4, execution_count 5, inference_stats 6, "
                + "batch_stats 7"
        },
        { "ModelStatisticsResponse", "model_stats 1" },
        { "ModelRepositoryParameter", "bool_param 1, int64_param 2, string_param 3, bytes_param 4" },
        { "RepositoryIndexRequest", "repository_name 1, ready 2" },
        { "RepositoryIndexResponse", "models 1" },
        { "RepositoryIndexResponse.ModelIndex", "name 1, version 2, state 3, reason 4" },
        { "RepositoryModelLoadRequest", "repository_name 1, model_name 2, parameters 3" },
        { "RepositoryModelUnloadRequest", "repository_name 1, model_name 2, parameters 3" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Fields_have_the_numbers_that_were_published(string message, string fields) => Assert.Equal(
        fields, string.Join(", ", Messages[message].Fields.InFieldNumberOrder()
            .Select(field => $"{field.Name} {field.FieldNumber}")));

    [Fact]
    public void No_message_with_fields_is_left_out() => Assert.Equal(
        Messages.Where(message => message.Value.Fields.InFieldNumberOrder().Count > 0).Select(message => message.Key)
            .Order(StringComparer.Ordinal),
        Published.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    private static Dictionary<string, MessageDescriptor> Messages => InferenceReflection.Descriptor.MessageTypes
        .SelectMany(message => message.NestedTypes
            .Where(nested => !nested.Name.EndsWith("Entry", StringComparison.Ordinal)).Prepend(message))
        .ToDictionary(message => message.FullName["inference.".Length..], StringComparer.Ordinal);
}
