using System.Runtime.InteropServices;
using System.Text;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Tests.Serving;

public sealed class ImageTensorReaderTests
{
    // A certificate that can go on keeps its image, and is accounted for by itself.
    [Fact]
    public async Task An_image_of_a_batch_keeps_no_other_in_memory()
    {
        ServingLimits limits = new();
        await using ServedModel model = ToyModel.Of(ToyModel.AtOnce(), limits);
        byte[] body = Encoding.UTF8.GetBytes(
            """{"inputs":[{"name":"image","shape":[3,1,1,1],"datatype":"UINT8","data":[7,8,9]}]}""");
        InferReading reading = InferRequestReader.Read(
            new BodyParts(body, body.Length), AskedModel.Routed, model, limits);
        foreach (GridInput image in reading.Request!.Images)
        {
            Assert.True(MemoryMarshal.TryGetArray(image.Levels, out ArraySegment<byte> kept));
            Assert.Single(kept.Array!);
        }
    }

    [Theory]
    [InlineData("%ED%A0%80")]
    [InlineData("%FF")]
    [InlineData("%00")]
    [InlineData("%F0%90")]
    public async Task Bytes_of_an_address_that_are_no_text_are_a_bad_request(string bytes)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest,
            (await daemon.PostAsync(ToyModel.Body, $"/v1/certify?mix={bytes}")).Status);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest,
            (await daemon.PostAsync(ToyModel.Body, $"/v1/certify?{bytes}=1")).Status);
    }
}
