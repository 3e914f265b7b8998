namespace Router.Votes.Tests;

public sealed class VotesTests
{
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    [Fact]
    public void Votes_refuse_counts_that_are_not_the_range()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => new VoteCounts([3, 4], 2, new(0, 10), Function));
        Assert.Contains("7 counted and 2 undecided votes are not the 10 samples of [0, 10)", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_refuse_a_negative_count() =>
        Assert.Throws<ArgumentException>(() => new VoteCounts([-1, 11], 0, new(0, 10), Function));

    [Fact]
    public void Ties_go_to_the_lowest_index()
    {
        VoteCounts votes = new([2, 5, 5, 1], 0, new(0, 13), Function);
        Assert.Equal(1, votes.MostVoted);
        Assert.Equal(2, votes.RunnerUp);
    }

    [Fact]
    public void A_single_outcome_has_no_runner_up() =>
        Assert.Equal(-1, new VoteCounts([4], 0, new(0, 4), Function).RunnerUp);

    [Fact]
    public void Votes_add_up_over_contiguous_ranges()
    {
        VoteCounts sum = new VoteCounts([1, 2], 1, new(0, 4), Function).Then(new([3, 0], 0, new(4, 7), Function));
        Assert.Equal([4, 2], sum.Counts);
        Assert.Equal((1, new SampleRange(0, 7)), (sum.Undecided, sum.Range));
    }

    [Fact]
    public void Votes_with_a_gap_or_an_overlap_are_not_added()
    {
        VoteCounts first = new([4, 0], 0, new(0, 4), Function);
        Assert.Throws<ArgumentException>(() => first.Then(new([1, 0], 0, new(5, 6), Function)));
        Assert.Throws<ArgumentException>(() => first.Then(new([1, 0], 0, new(3, 4), Function)));
    }

    [Fact]
    public void Votes_of_different_functions_are_not_added()
    {
        VoteCounts other = new([1, 0], 0, new(4, 5), FunctionId.Of([new("name", "another")]));
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => new VoteCounts([4, 0], 0, new(0, 4), Function).Then(other));
        Assert.Contains(Function.Value, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_id_does_not_depend_on_the_order_of_its_properties() =>
        Assert.Equal(FunctionId.Of([new("a", "1"), new("b", "2")]), FunctionId.Of([new("b", "2"), new("a", "1")]));

    [Fact]
    public void A_function_id_changes_with_any_property() =>
        Assert.NotEqual(FunctionId.Of([new("a", "1"), new("b", "2")]), FunctionId.Of([new("a", "1"), new("b", "3")]));

    [Fact]
    public void An_input_hash_depends_on_levels_and_shape()
    {
        GridInput flat = new(new byte[] { 1, 2, 3, 4 }, 4), square = new(new byte[] { 1, 2, 3, 4 }, 2, 2),
        other = new(new byte[] { 1, 2, 3, 5 }, 4);
        Assert.Equal(3, new[] { flat.Hash, square.Hash, other.Hash }.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(flat.Hash, new GridInput(new byte[] { 1, 2, 3, 4 }, 4).Hash);
    }

    [Fact]
    public void An_input_refuses_levels_that_are_not_its_shape() =>
        Assert.Throws<ArgumentException>(() => new GridInput(new byte[5], 2, 3));
}
