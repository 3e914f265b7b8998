using System.Collections.Immutable;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs;
using Router.Evaluation.Tuning;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Tests.Tuning;

/// <summary>
/// Recordings of experts whose votes follow from their noise. Every other image is easy for s100; on the rest it is
/// unsure and mostly wrong, and s025 is right.
/// </summary>
internal sealed class RecordedWorld : IDisposable
{
    public const int Classes = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-tuning-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Records both experts.</summary>
    /// <param name="name">The folder.</param>
    /// <param name="first">The index of the first image.</param>
    /// <param name="images">How many.</param>
    /// <param name="draws">Votes of each image.</param>
    /// <param name="build">What the function ids hold.</param>
    public async Task<ImmutableArray<(string Folder, string Network)>> RecordAsync(
        string name, int first, int images, int draws, string build = "one")
    {
        string folder = System.IO.Path.Combine(Path, name);
        RecordedImage[] rows = [.. Enumerable.Range(first, images)
            .Select(index => new RecordedImage(index, LabelOf(index), InputOf(index).Hash))];
        foreach ((string id, decimal sigma, uint stream) in ((string, decimal, uint)[])
            [("s025", 0.25m, 1), ("s100", 1m, 2)])
        {
            Voter voter = new(id, sigma, build);
            using VoteRecorder recorder = VoteRecorder.Open(folder, new(
                RecordingTerms.CurrentSchema, id, voter.FunctionId.Value, sigma, stream, Classes, draws, 9,
                "made up", [.. rows]));
            await recorder.RecordAsync(voter, image => InputOf(image.Index), progress: null, default);
        }
        return [.. new SourceFiles([folder]).Recordings];
    }

    public static int LabelOf(int index) => index / 2 % Classes;

    public static TuningRequest Request(
        ImmutableArray<(string Folder, string Network)> chosenOn,
        ImmutableArray<(string Folder, string Network)> reportedOn) => new(chosenOn)
        {
            ReportedOn = reportedOn,
            Radii = [0, 0.25, 0.5, 1],
            Selection = 50,
            Estimation = 350,
        };

    private static GridInput InputOf(int index) => new(new[] { (byte)index, (byte)(index >> 8) }, 1, 1, 2);

    private sealed class Voter(string id, decimal sigma, string build) : ISequenceVoter
    {
        public FunctionId FunctionId { get; } = FunctionId.Of([new("is", id), new("build", build)]);

        public decimal Sigma => sigma;

        public int OutcomeCount => Classes;

        public Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            int index = request.Input.Levels.Span[0] + (request.Input.Levels.Span[1] << 8), label = LabelOf(index);
            bool far = sigma == 1m, easy = index % 2 == 0;
            double right = far ? easy ? 0.95 : 0.3 : easy ? 0.75 : 0.97;
            SampleVote[] votes = new SampleVote[request.Range.Count];
            for (int i = 0; i < votes.Length; i++)
            {
                double drawn = Uniform(request.Stream, request.Range.From + i, 0);
                bool sure = Uniform(request.Stream, request.Range.From + i, 1) < (far && !easy ? 0.05 : 0.99);
                votes[i] = new(
                    drawn < right ? label : (label + (drawn < 0.99 ? 1 : 2)) % Classes, (byte)(sure ? 180 : 100));
            }
            return Task.FromResult(votes);
        }

        public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("recordings ask for every vote");

        private static double Uniform(NoiseStream stream, long sample, int coordinate) =>
            (stream.Uniform(sample, coordinate) >> 11) * Math.Pow(2, -53);
    }
}
