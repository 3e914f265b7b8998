using static Router.Torch.torch.optim;

namespace Router.Torch.Modules;

/// <summary>Stochastic gradient descent; see <see cref="torch.optim"/>.</summary>
public class SGD : OptimizerHelper, IMomentum
{
    private readonly Options defaults;

    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
        : this([new ParamGroup(parameters, lr, momentum, dampening, weight_decay, nesterov, maximize)], lr, momentum, dampening,
            weight_decay, nesterov, maximize)
    {
    }

    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
        : base(parameters, tensorsPerParameter: 1)
    {
        defaults = new Options
        {
            LearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (ParamGroup group in ParamGroups.Cast<ParamGroup>())
            group.Options.Complete(defaults);
    }

    public double Momentum
    {
        get => defaults.momentum!.Value;
        set => defaults.momentum = value;
    }

    private protected override void Update(Modules.ParamGroup group, Parameter parameter, torch.Tensor grad, OptimizerState state)
    {
        Options options = ((ParamGroup)group).Options;
        if (options.maximize!.Value)
            grad = -grad;
        if (options.weight_decay!.Value != 0)
            grad = grad.add(parameter, options.weight_decay.Value);
        double momentum = options.momentum!.Value;
        if (momentum != 0)
        {
            torch.Tensor velocity = state.Tensors[0] is { } kept
                ? kept.mul_(momentum).add_(grad, 1 - options.dampening!.Value)
                : state.Keep(0, grad.detach().clone());
            grad = options.nesterov!.Value ? grad.add(velocity, momentum) : velocity;
        }
        parameter.add_(grad, -group.LearningRate);
    }

    /// <summary>Settings; what is null is taken from the optimizer's.</summary>
    public class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;

        internal void Complete(Options from)
        {
            LearningRate ??= from.LearningRate;
            InitialLearningRate = LearningRate!.Value;
            momentum ??= from.momentum;
            dampening ??= from.dampening;
            weight_decay ??= from.weight_decay;
            nesterov ??= from.nesterov;
            maximize ??= from.maximize;
        }

        internal override void Save(BinaryWriter writer)
        {
            base.Save(writer);
            writer.Write(momentum!.Value);
            writer.Write(dampening!.Value);
            writer.Write(weight_decay!.Value);
            writer.Write(nesterov!.Value);
            writer.Write(maximize!.Value);
        }

        internal override void Load(BinaryReader reader)
        {
            base.Load(reader);
            momentum = reader.ReadDouble();
            dampening = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            nesterov = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }
    }

    /// <summary>Parameters with settings of their own.</summary>
    public class ParamGroup : Modules.ParamGroup, IMomentum
    {
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : this(
                parameters,
                new Options
                {
                    LearningRate = lr,
                    momentum = momentum,
                    dampening = dampening,
                    weight_decay = weight_decay,
                    nesterov = nesterov,
                    maximize = maximize,
                })
        {
        }

        internal new Options Options => (Options)base.Options;

        public double Momentum
        {
            get => Options.momentum!.Value;
            set => Options.momentum = value;
        }
    }
}
