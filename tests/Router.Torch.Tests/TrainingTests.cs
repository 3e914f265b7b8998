namespace Router.Torch.Tests;

public sealed class TrainingTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Optimizers_walk_PyTorchs_path()
    {
        Check("sgd", w => torch.optim.SGD(w, 0.1));
        Check("sgd_momentum", w => torch.optim.SGD(w, 0.05, momentum: 0.9, weight_decay: 1e-2));
        Check("sgd_nesterov", w => torch.optim.SGD(w, 0.05, momentum: 0.9, weight_decay: 1e-2, nesterov: true));
        Check("sgd_dampened", w => torch.optim.SGD(w, 0.05, momentum: 0.8, dampening: 0.2));
        Check("sgd_maximize", w => torch.optim.SGD(w, 0.01, momentum: 0.5, maximize: true));
        Check("adamw", w => torch.optim.AdamW(w, 0.05, weight_decay: 0.01));
        Check("adamw_amsgrad", w => torch.optim.AdamW(w, 0.05, beta1: 0.8, beta2: 0.95, eps: 1e-6, weight_decay: 0.1, amsgrad: true));

        static void Check(string name, Func<Parameter[], OptimizerHelper> make)
        {
            Parameter w = Start();
            using OptimizerHelper optimizer = make([w]);
            PyTorch.Agrees("trajectory", name, torch.stack(Walk(w, optimizer, 0, 12)), 2e-5);
        }
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("AdamW")]
    public void An_optimizer_restored_from_its_saved_state_walks_on_as_if_never_stopped(string kind)
    {
        Parameter straight = Start(), broken = Start();
        using OptimizerHelper through = Make(straight), before = Make(broken);
        torch.Tensor end = Walk(straight, through, 0, 8)[^1];
        Walk(broken, before, 0, 5);
        using MemoryStream stream = new();
        before.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;

        Parameter resumed = torch.nn.Parameter(broken.detach().clone());
        using OptimizerHelper after = Make(resumed);
        after.load_state_dict(new BinaryReader(stream));
        Assert.Equal(end.data<float>().ToArray(), Walk(resumed, after, 5, 8)[^1].data<float>().ToArray());

        OptimizerHelper Make(Parameter w) =>
            kind == "SGD"
                ? torch.optim.SGD([w], 0.05, momentum: 0.9, nesterov: true)
                : torch.optim.AdamW([w], 0.05, weight_decay: 0.1, amsgrad: true);
    }

    [Fact]
    public void A_state_of_another_optimizer_is_refused()
    {
        using OptimizerHelper sgd = torch.optim.SGD([Start()], 0.1), adam = torch.optim.AdamW([Start()]);
        using MemoryStream stream = new();
        sgd.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => adam.load_state_dict(new BinaryReader(stream)));
    }

    [Fact]
    public void Schedules_set_PyTorchs_rates_and_momenta()
    {
        Check("step", o => torch.optim.lr_scheduler.StepLR(o, 7, 0.3));
        Check("multi_step", o => torch.optim.lr_scheduler.MultiStepLR(o, [5, 12, 20], 0.2));
        Check("cosine", o => torch.optim.lr_scheduler.CosineAnnealingLR(o, 10, 0.01));
        Check("cosine_long", o => torch.optim.lr_scheduler.CosineAnnealingLR(o, 30));
        Check("one_cycle", o => torch.optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps: 31));
        Check("one_cycle_linear", o => torch.optim.lr_scheduler.OneCycleLR(
            o, 0.5, epochs: 4, steps_per_epoch: 8, anneal_strategy: torch.optim.lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear,
            pct_start: 0.4, cycle_momentum: false));
        Check("one_cycle_three", o => torch.optim.lr_scheduler.OneCycleLR(
            o, 0.5, total_steps: 31, three_phase: true, div_factor: 10, final_div_factor: 100));

        static void Check(string name, Func<torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler> make)
        {
            using OptimizerHelper optimizer = torch.optim.SGD([Start()], 0.4, momentum: 0.9);
            torch.optim.lr_scheduler.LRScheduler schedule = make(optimizer);
            torch.optim.ILearningRateController group = optimizer.ParamGroups.Single();
            List<double> rates = [];
            for (int i = 0; i < 30; i++)
            {
                Assert.Equal(group.LearningRate, schedule.get_last_lr().Single());
                rates.AddRange([group.LearningRate, ((torch.optim.IMomentum)group).Momentum]);
                schedule.step();
            }
            PyTorch.Agrees("schedule", name, torch.tensor(rates.ToArray(), [30, 2]), 1e-13);
        }
    }

    [Fact]
    public void Clipping_scales_gradients_as_PyTorch_does()
    {
        Parameter a = torch.nn.Parameter(PyTorch.Formula([3], 50)), b = torch.nn.Parameter(PyTorch.Formula([2, 2], 51));
        a.grad = PyTorch.Formula([3], 52);
        b.grad = PyTorch.Formula([2, 2], 53);
        double norm = torch.nn.utils.clip_grad_norm_([a, b], 1);
        PyTorch.Agrees("clip", "norm", torch.tensor(norm));
        PyTorch.Agrees("clip", "a", a.grad!);
        PyTorch.Agrees("clip", "b", b.grad!);
    }

    private static Parameter Start() => torch.nn.Parameter(PyTorch.Formula([3, 4], 17));

    private static List<torch.Tensor> Walk(Parameter w, OptimizerHelper optimizer, int from, int to)
    {
        List<torch.Tensor> path = [];
        for (int t = from; t < to; t++)
        {
            optimizer.zero_grad();
            (w.matmul(PyTorch.Formula([4, 2], 18 + t)).tanh() - PyTorch.Formula([3, 2], 40)).square().sum().backward();
            optimizer.step();
            path.Add(w.detach().clone());
        }
        return path;
    }
}
