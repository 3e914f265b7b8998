namespace Router.Torch.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_not_what_was_moved_out()
    {
        torch.Tensor kept, moved, detached, lost;
        using (DisposeScope outer = torch.NewDisposeScope())
        {
            using (DisposeScope inner = torch.NewDisposeScope())
            {
                lost = torch.ones(2);
                moved = torch.ones(2).MoveToOuterDisposeScope();
                detached = torch.ones(2).DetachFromDisposeScope();
                kept = inner.MoveToOuter(lost + 1);
                Assert.True(inner.Contains(lost));
                Assert.False(inner.Contains(moved));
                inner.DisposeEverythingBut(lost);
                Assert.False(lost.IsInvalid);
            }
            Assert.True(lost.IsInvalid);
            Assert.False(moved.IsInvalid);
            Assert.Equal(2, outer.DisposablesCount);
            Assert.Equal([2, 2], kept.data<float>().ToArray());
        }
        Assert.True(moved.IsInvalid);
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
        Assert.Throws<InvalidOperationException>(() => detached.Handle);
    }

    [Fact]
    public async Task Scopes_are_of_their_thread()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor elsewhere = await Task.Factory.StartNew(
            () => torch.ones(2), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.False(scope.Contains(elsewhere));
        elsewhere.Dispose();
    }

    [Fact]
    public void An_alias_outlives_the_tensor_and_shares_its_elements()
    {
        torch.Tensor x = torch.zeros(3), other = x.alias();
        x.fill_(4);
        x.Dispose();
        Assert.Equal([4, 4, 4], other.data<float>().ToArray());
        other.Dispose();
    }

    [Fact]
    public void A_parameter_takes_the_tensor_over_and_its_place_in_the_scope()
    {
        Parameter parameter;
        using (DisposeScope scope = torch.NewDisposeScope())
        {
            torch.Tensor data = torch.ones(2);
            parameter = torch.nn.Parameter(data);
            Assert.True(data.IsInvalid);
            Assert.True(parameter.requires_grad);
            Assert.True(scope.Contains(parameter));
        }
        Assert.True(parameter.IsInvalid);
    }

    [Fact]
    public void A_hundred_thousand_operations_leave_no_tensor_and_no_memory_behind()
    {
        Round(10_000);
        long tensors = torch.Tensor.TotalCount, resident = Environment.WorkingSet;
        Round(100_000);
        Assert.Equal(tensors, torch.Tensor.TotalCount);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 64L << 20);

        // Each turn of ten operations would leave 40 kB if nothing were freed, 400 MB in all.
        static void Round(int operations)
        {
            using torch.Tensor x = torch.ones(1000), w = torch.ones(1000).requires_grad_();
            for (int i = 0; i < operations / 10; i++)
            {
                using DisposeScope scope = torch.NewDisposeScope();
                torch.Tensor y = (x * w).square().add_(1).relu_().reshape(10, 100).sum(1);
                y.max().backward();
                w.grad!.zero_();
                (torch.Tensor values, _) = y.sort();
                values.MoveToOuterDisposeScope().Dispose();
            }
        }
    }
}
