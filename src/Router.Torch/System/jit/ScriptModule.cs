using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public static partial class jit
    {
        /// <summary>A loaded TorchScript module.</summary>
        public class ScriptModule : nn.Module
        {
            private const int MostResults = 16;
            private nint handle;

            internal ScriptModule(nint handle) => this.handle = handle;

            public override bool training => Native.Check(Native.dualrs_jit_is_training(Handle)) != 0;

            private nint Handle
            {
                get
                {
                    ObjectDisposedException.ThrowIf(handle == 0, this);
                    return handle;
                }
            }

            public override void train(bool on = true) => Native.Check(Native.dualrs_jit_train(Handle, on ? 1 : 0));

            public override void eval() => train(on: false);

            /// <summary>Its result: a tensor, a scalar, a pair or triple of tensors, or an array of more.</summary>
            public unsafe object forward(params object[] input)
            {
                Value[] arguments = [.. input.Select(Argument)];
                NativeValue* results = stackalloc NativeValue[MostResults];
                int count = Values.Invoke(&Native.dualrs_jit_forward, Handle, arguments, results, MostResults);
                object[] values = new object[count];
                for (int i = 0; i < count; i++)
                    values[i] = results[i].Kind == Kind.Tensor ? new Tensor(results[i].Pointer) : Scalar.From(results[i]);
                GC.KeepAlive(this);
                return values switch
                {
                    [var one] => one,
                    [Tensor first, Tensor second] => (first, second),
                    [Tensor first, Tensor second, Tensor third] => (first, second, third),
                    _ when values.All(value => value is Tensor) => values.Cast<Tensor>().ToArray(),
                    _ => values,
                };
            }

            public object call(params object[] input) => forward(input);

            internal override void MoveTo(Device? device, ScalarType? type) =>
                Native.Check(Native.dualrs_jit_to(Handle, device is null ? -1 : (int)device.type, device?.index ?? -1,
                    type is { } wanted ? (int)wanted : -1));

            protected override void Dispose(bool disposing)
            {
                nint held = Interlocked.Exchange(ref handle, 0);
                if (held != 0)
                    Native.dualrs_jit_release(held);
            }

            private static Value Argument(object? argument) => argument switch
            {
                null => Value.None,
                Tensor tensor => tensor,
                Tensor[] tensors => tensors,
                Scalar scalar => scalar,
                bool flag => flag,
                int number => (long)number,
                long number => number,
                float number => (double)number,
                double number => number,
                _ => throw new NotSupportedException($"an argument of type {argument.GetType().Name} cannot be passed to TorchScript"),
            };
        }

        /// <summary>A module of tensors.</summary>
        public class ScriptModule<TResult> : ScriptModule
        {
            internal ScriptModule(nint handle)
                : base(handle)
            {
            }

            public TResult call(params Tensor[] input) => forward(input);

            public TResult forward(params Tensor[] tensor) => (TResult)base.forward(tensor);
        }

        /// <summary>A module of one argument.</summary>
        public class ScriptModule<T, TResult> : ScriptModule
        {
            internal ScriptModule(nint handle)
                : base(handle)
            {
            }

            public TResult call(T input) => forward(input);

            public TResult forward(T tensor) => (TResult)base.forward(tensor!);
        }
    }
}
