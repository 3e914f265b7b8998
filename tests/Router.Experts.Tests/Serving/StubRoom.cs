using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Serving;
using Router.Experts.Tests.Voting;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Tests.Serving;

/// <summary>
/// A device with room for so many units, and networks of one unit unless told, that fail where they are asked after
/// they were freed.
/// </summary>
internal sealed class StubRoom : IDisposable
{
    private static readonly GridNoise Noise = new(0.25m);

    private readonly LaneBatcher _batcher = new(new("cpu"));
    private readonly List<string> _log = [];

    public StubRoom(long units, TimeProvider? clock = null) => Room = new(_batcher.Lane, units, clock);

    public DeviceRoom Room { get; }

    /// <summary>The most units that were ever built and not yet freed.</summary>
    public long Most { get; private set; }

    /// <summary>Who was built ("+a") and freed ("-a"), in order.</summary>
    public string Log
    {
        get
        {
            lock (_log) return string.Join(' ', _log);
        }
    }

    public Place Add(string id, bool pinned = false, long units = 1, Func<Task>? beforeBuild = null)
    {
        Place place = new(this, id, pinned, units, beforeBuild ?? (() => Task.CompletedTask));
        Room.Admit(place.Residence, pinned ? place.Build() : null);
        return place;
    }

    public void Dispose()
    {
        Room.Close();
        _batcher.Dispose();
    }

    private long _units;

    private void Note(string what, long units)
    {
        lock (_log)
        {
            _log.Add(what);
            _units += units;
            Most = Math.Max(Most, _units);
        }
    }

    /// <summary>A network of the room.</summary>
    internal sealed class Place
    {
        private readonly StubRoom _room;
        private readonly string _id;
        private readonly long _units;
        private readonly Func<Task> _beforeBuild;

        public Place(StubRoom room, string id, bool pinned, long units, Func<Task> beforeBuild)
        {
            (_room, _id, _units, _beforeBuild) = (room, id, units, beforeBuild);
            Residence = new(room.Room, id, new(id), units, mayLeave: !pinned, Build);
            Voter = new(Residence, room._batcher, [1, 2, 2], new(id), Noise.Sigma, outcomeCount: 4);
        }

        public Residence Residence { get; }

        public ExpertVoter Voter { get; }

        public int Builds { get; private set; }

        /// <summary>Asks for some votes.</summary>
        public Task<VoteCounts> AskAsync(int count = 20, CancellationToken cancellationToken = default) =>
            Voter.VoteAsync(new(StubVoting.Input, new(42, 1), new(0, count)), cancellationToken);

        public ResidentNetwork Build()
        {
            _beforeBuild().GetAwaiter().GetResult();
            Builds++;
            _room.Note($"+{_id}", _units);
            BatchEvaluator evaluator = new(new MortalNetwork(this), 1, 2, 2, new("cpu", torch.ScalarType.Float32, 8));
            LevelTable levels = new(new InputLayer.None(), 1, Noise.Thresholds.Largest);
            return new(evaluator, levels,
                new(_id, new(evaluator, Noise.Sigma, Noise.Fill, levels), SharesPasses: true));
        }

        private sealed class MortalNetwork(Place place) : INetwork
        {
            private bool _isFreed;

            public int ClassCount => 4;

            public torch.Tensor Forward(torch.Tensor images) =>
                _isFreed ? throw new InvalidOperationException($"{place._id} was freed") : images.reshape(
                    images.shape[0], 4);

            public void Dispose()
            {
                _isFreed = true;
                place._room.Note($"-{place._id}", -place._units);
            }
        }
    }
}
