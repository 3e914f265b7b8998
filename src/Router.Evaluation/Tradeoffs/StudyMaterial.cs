using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs.Scoring;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Evaluation.Tradeoffs;

/// <summary>Reads the answers of experts and a router out of files.</summary>
/// <param name="request">Which files, and what is known about them.</param>
internal sealed class StudyMaterial(MaterialRequest request)
{
    private readonly BoundTable _table = new();
    private readonly List<ExpertAnswers> _experts = [];
    private readonly List<(NetworkVotes Votes, string From)> _routers = [];
    private readonly List<StudySource> _sources = [];
    private readonly List<string> _caveats = [];
    private readonly HashSet<string> _folders = [];

    /// <summary>The files that were read.</summary>
    public ImmutableArray<StudySource> Sources => [.. _sources];

    /// <summary>What keeps figures from being more than they are.</summary>
    public ImmutableArray<string> Caveats => [.. _caveats];

    /// <summary>Whether everything lies in the folder of one pass (<see cref="PassTerms"/>).</summary>
    public bool IsOnePass =>
        _folders.Count == 1 && _folders.Single() is { } folder && PassTerms.FileIn(folder).Find() is not null;

    /// <summary>Whether it is known which expert each output of the router stands for, and not taken from σ.</summary>
    public bool RoutesAreTold { get; private set; } = true;

    internal BoundTable Table => _table;

    /// <summary>
    /// Reads everything that was named. Experts come in the order of the router's outputs, without one in that of σ.
    /// </summary>
    /// <exception cref="BadInputException">
    /// A file is damaged, two are about one expert, several routers are there and none is named, or the experts are not
    /// those that the router routes to.
    /// </exception>
    public (ImmutableArray<ExpertAnswers> Experts, NetworkVotes? Router) Read()
    {
        HashSet<string> beside = [];
        foreach (NamedLog log in request.Logs)
            AddLog(log.Path, log, beside);
        foreach (string path in request.Files.Logs.Where(path => request.Logs.All(log => log.Path != path)))
            AddLog(path, named: null, beside);
        foreach (string path in request.Files.Counts.Where(path => !beside.Contains(path)))
            AddCounts(path, log: null, named: null);
        foreach ((string folder, string network) in request.Files.Recordings)
            AddRecording(folder, network);
        if (_experts.Count == 0)
            throw new BadInputException(
                "there is no log, no counts file and no recording of an expert in what was named");
        if (!request.Passes.IsEmpty && !request.Files.Recordings.Any())
            throw new BadInputException("only a recording (dualrs votes) says how sure each vote was: there is none "
                + "that thresholds could be scored on");
        ExpertAnswers[] plain = [.. _experts.Where(expert => !ScoredId.Of(expert.Id).IsVariant)];
        NetworkVotes? router = Router();
        plain = router is null ? [.. plain.OrderBy(expert => expert.Sigma)] : ByRoute(router, plain);
        return ([.. plain, .. plain.SelectMany(network => _experts.Where(
            expert => ScoredId.Of(expert.Id) is { IsVariant: true, Network: var id } && id == network.Id))], router);
    }

    // Output k of a router stands for the expert whose noise is stream k + 1 (docs/formats.md, section 3). Votes say
    // their stream, but one expert alone draws from stream 1 as well, and logs say nothing: then by σ.
    private ExpertAnswers[] ByRoute(NetworkVotes router, ExpertAnswers[] experts)
    {
        string known = $"router {router.Id} votes over {router.OutcomeCount} routes";
        if (router.OutcomeCount != experts.Length)
            throw new BadInputException($"{known}, but {experts.Length} experts are there "
                + $"({string.Join(", ", experts.Select(expert => expert.Id))}): name the logs of just the experts "
                + $"that it routes to");
        bool named = experts.All(expert => expert.Stream is not null)
            && experts.DistinctBy(expert => expert.Stream).Count() == experts.Length;
        ExpertAnswers[] routes =
            [.. experts.OrderBy(expert => named ? expert.Stream : 0).ThenBy(expert => expert.Sigma)];
        if (routes.Index().FirstOrDefault(route => route.Item.Stream is { } stream && (named || stream > 1)
            && stream != route.Index + 1) is { Item: { } other })
            throw new BadInputException($"{known}, of which route k leads to the expert of stream k + 1, but "
                + $"{other.Id} drew from stream {other.Stream}: name votes of all experts that it routes to, and of no "
                + "others");
        if (named)
            return routes;
        if (routes.DistinctBy(expert => expert.Sigma).Count() < routes.Length)
            throw new BadInputException($"{known}, and nothing says which leads to which expert, since two of "
                + $"{string.Join(", ", routes.Select(expert => $"{expert.Id} (σ = {expert.Sigma})"))} have one σ: "
                + "recordings and passes (dualrs votes, dualrs certify --all) say it");
        RoutesAreTold = false;
        _caveats.Add($"Routed systems are estimates: nothing says which route of {router.Id} leads to which expert, "
            + "they are taken to ascend in σ.");
        return routes;
    }

    private NetworkVotes? Router()
    {
        (NetworkVotes Votes, string From)[] named =
            [.. _routers.Where(router => request.Router is not { } id || router.Votes.Id == id)];
        if (request.Router is { } missing && named.Length == 0)
            throw new BadInputException($"there are no votes of router '{missing}': found "
                + $"{(_routers.Count == 0 ? "none" : string.Join(", ", _routers.Select(router => router.Votes.Id)))}");
        if (named.Length > 1)
            throw new BadInputException($"votes of several routers are there, "
                + $"{string.Join(", ", named.Select(router => $"{router.Votes.Id} in {router.From}"))}: name one with "
                + $"--router ID, or fewer files");
        return named.Length == 1 ? named[0].Votes : null;
    }

    private void AddLog(string path, NamedLog? named, HashSet<string> beside)
    {
        CertificationLog log = CertificationLogReader.Read(path);
        if (log.CutOff is not null)
            _caveats.Add($"{path}: its last row was cut off while being written and does not count.");
        string counts = CountsLogWriter.PathFor(path);
        if (File.Exists(counts))
        {
            beside.Add(counts);
            AddCounts(counts, log, named);
            return;
        }
        if (log.Rows.Count == 0)
            throw new BadInputException($"{path}: the log holds no image");
        NamedLog about = named ?? NamedLog.FromName(path);
        Add(new LoggedExpert(about.Id, about.Sigma, log), path);
    }

    private void AddCounts(string path, CertificationLog? log, NamedLog? named)
    {
        Dictionary<int, int> labels = log?.Rows.ToDictionary(row => row.Index, row => row.Label) ?? [];
        // Counts are written before their row: the run may be between the two, or have ended there.
        CountsRow[] rows =
            [.. CountsLogReader.Read(path).Where(row => log is null || labels.ContainsKey(row.Index))];
        bool routed = rows.Any(row => row.Stage != RecordStages.Expert);
        // In the counts of a routed system experts answered some images only: the router alone answered all.
        foreach (IGrouping<string, CountsRow> network in rows.Where(
            row => row.Stage == (routed ? RecordStages.Router : RecordStages.Expert)).GroupBy(row => row.Id))
        {
            NetworkVotes votes = VotesOf(network.Key, [.. network], labels, path);
            if (routed) AddRouter(votes, path);
            else Add(
                new CountedExpert(named is null ? votes : votes with { Id = named.Id }, _table, log?.MeanSeconds),
                path);
        }
        if (routed && log is not null)
            _caveats.Add($"{log.Name} is the log of a routed system: its router's votes are used, its experts answered "
                + $"only what was routed to them.");
    }

    private static NetworkVotes VotesOf(string id, CountsRow[] rows, Dictionary<int, int> labels, string path)
    {
        if (rows.GroupBy(row => row.Index).FirstOrDefault(image => image.Count() > 1) is { } twice)
            throw new BadInputException(
                $"{path}: image {twice.Key} stands twice for {id}: each image has one row of a network");
        if (rows.Select(row => (
            row.Selection.FunctionId, row.Sigma, row.Stream.Id, row.Family, row.Selection.Counts.Length))
            .Distinct().Count() > 1)
            throw new BadInputException(
                $"{path}: the rows of {id} are of several functions, σ, streams or plans: a study is about one of "
                + "each");
        return new(id, rows[0].Sigma, rows[0].Family, rows.ToDictionary(
            row => row.Index, row => new ImageVotes(labels.TryGetValue(row.Index, out int label) ? label : null,
                row.Selection, row.Estimation, row.Stream)));
    }

    private void AddRecording(string folder, string network)
    {
        VoteRecording recording = VoteRecording.Open(folder, network);
        RecordingTerms terms = recording.Terms;
        int estimation = request.Estimation ?? Math.Max(1, terms.Draws - request.Selection);
        if ((long)request.Selection + estimation > terms.Draws)
            throw new BadInputException($"{folder}: {network} has {terms.Draws} votes per image, fewer than "
                + $"{request.Selection} + {estimation}: lower --selection or --estimation");
        SampleCounts counts = new(request.Selection, estimation);
        if (recording.CompleteImages == 0)
            throw new BadInputException($"{folder}: the recording of {network} holds no whole image yet");
        string path = Path.Combine(folder, network + ".votes");
        if (terms.Stream == 0)
        {
            AddRouter(VotesWith(default), path);
            return;
        }
        foreach (PassThreshold pass in request.Passes.Prepend(default))
            Add(new CountedExpert(VotesWith(pass), _table, seconds: null), path);

        NetworkVotes VotesWith(PassThreshold pass) => new(
            new ScoredId(network, pass).ToString(), terms.Sigma, new BoundFamily.FixedCount(),
            terms.Images.Take(recording.CompleteImages).ToDictionary(
                image => image.Index, image => new ImageVotes(
                    image.Label, recording.Counts(image.Input, counts.SelectionRange, pass.Theta),
                    recording.Counts(image.Input, counts.EstimationRange, pass.Theta), terms.StreamOf(image.Input))));
    }

    private void AddRouter(NetworkVotes votes, string path)
    {
        _routers.Add((votes, path));
        if (request.Router is not { } id || votes.Id == id)
            AddSource(path, votes.Id, votes.Images.Count);
    }

    private void Add(ExpertAnswers expert, string path)
    {
        if (_experts.Find(known => known.Id == expert.Id) is not null)
            throw new BadInputException($"{path}: there are two sources for expert {expert.Id}: name one of them, or "
                + $"give them ids with --log ID@SIGMA=FILE");
        _experts.Add(expert);
        AddSource(path, expert.Id, expert.Labels.Count);
    }

    private void AddSource(string path, string network, int images)
    {
        _folders.Add(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using FileStream file = File.OpenRead(path);
        _sources.Add(new(request.NameOf(path), network, images, Convert.ToHexStringLower(SHA256.HashData(file))));
    }
}
