using static Router.Torch.torch.optim;

namespace Router.Torch.Modules;

/// <summary>Adam with decoupled weight decay: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), Algorithm 2.</summary>
public class AdamW : OptimizerHelper, IBetas
{
    private readonly Options defaults;

    public AdamW(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)], lr, beta1, beta2, eps, weight_decay,
            amsgrad, maximize)
    {
    }

    public AdamW(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : base(parameters, tensorsPerParameter: 3)
    {
        defaults = new Options
        {
            LearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (ParamGroup group in ParamGroups.Cast<ParamGroup>())
            group.Options.Complete(defaults);
    }

    public (double, double) Betas
    {
        get => (defaults.beta1!.Value, defaults.beta2!.Value);
        set => (defaults.beta1, defaults.beta2) = value;
    }

    private protected override void Update(Modules.ParamGroup group, Parameter parameter, torch.Tensor grad, OptimizerState state)
    {
        Options options = ((ParamGroup)group).Options;
        (double β1, double β2) = (options.beta1!.Value, options.beta2!.Value);
        if (options.maximize!.Value)
            grad = -grad;
        torch.Tensor m = state.Tensors[0] ?? state.Keep(0, torch.zeros_like(parameter));
        torch.Tensor v = state.Tensors[1] ?? state.Keep(1, torch.zeros_like(parameter));
        state.Steps++;

        parameter.mul_(1 - group.LearningRate * options.weight_decay!.Value);
        m.mul_(β1).add_(grad, 1 - β1);
        v.mul_(β2).addcmul_(grad, grad, 1 - β2);
        if (options.amsgrad!.Value)
            v = state.Keep(2, state.Tensors[2] is { } largest ? largest.maximum(v) : v.clone());

        double mScale = 1 - Math.Pow(β1, state.Steps);
        double vScale = Math.Sqrt(1 - Math.Pow(β2, state.Steps));
        torch.Tensor denominator = (v.sqrt() / vScale).add_(options.eps!.Value);
        parameter.addcdiv_(m, denominator, -group.LearningRate / mScale);
    }

    /// <summary>Settings; what is null is taken from the optimizer's.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        internal void Complete(Options from)
        {
            LearningRate ??= from.LearningRate;
            InitialLearningRate = LearningRate!.Value;
            beta1 ??= from.beta1;
            beta2 ??= from.beta2;
            weight_decay ??= from.weight_decay;
            eps ??= from.eps;
            amsgrad ??= from.amsgrad;
            maximize ??= from.maximize;
        }

        internal override void Save(BinaryWriter writer)
        {
            base.Save(writer);
            writer.Write(beta1!.Value);
            writer.Write(beta2!.Value);
            writer.Write(weight_decay!.Value);
            writer.Write(eps!.Value);
            writer.Write(amsgrad!.Value);
            writer.Write(maximize!.Value);
        }

        internal override void Load(BinaryReader reader)
        {
            base.Load(reader);
            beta1 = reader.ReadDouble();
            beta2 = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            eps = reader.ReadDouble();
            amsgrad = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }
    }

    /// <summary>Parameters with settings of their own.</summary>
    public class ParamGroup : Modules.ParamGroup, IBetas
    {
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this(
                parameters,
                new Options
                {
                    LearningRate = lr,
                    beta1 = beta1,
                    beta2 = beta2,
                    eps = eps,
                    weight_decay = weight_decay,
                    amsgrad = amsgrad,
                    maximize = maximize,
                })
        {
        }

        internal new Options Options => (Options)base.Options;

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
