
namespace Router.Experts.Checkpoints.TorchSave;

internal sealed partial class Unpickler
{
    private bool Container(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.EmptyTuple: Push(PickleTuple.Empty); return true;
            case Opcode.Tuple1: Push(Tuple(stack.Pop(1, this))); return true;
            case Opcode.Tuple2: Push(Tuple(stack.Pop(2, this))); return true;
            case Opcode.Tuple3: Push(Tuple(stack.Pop(3, this))); return true;
            case Opcode.Tuple or Opcode.FrozenSet: Push(Tuple(stack.PopToMark(this))); return true;

            case Opcode.EmptyList or Opcode.EmptySet: Push(new PickleList()); return true;
            case Opcode.List: Push(Extend(new PickleList(), stack.PopToMark(this))); return true;
            case Opcode.Append: Extend<PickleList>(stack.Pop(1, this)); return true;
            case Opcode.Appends or Opcode.AddItems: Extend<PickleList>(stack.PopToMark(this)); return true;

            case Opcode.EmptyDict: Push(new PickleDict()); return true;
            case Opcode.Dict: Push(Extend(new PickleDict(), stack.PopToMark(this))); return true;
            case Opcode.SetItem: Extend<PickleDict>(stack.Pop(2, this)); return true;
            case Opcode.SetItems: Extend<PickleDict>(stack.PopToMark(this)); return true;
            default: return false;
        }
    }

    private static PickleTuple Tuple(Located[] items) => new(Array.ConvertAll(items, i => i.Value));

    /// <summary>Adds to the container on top of the stack.</summary>
    private void Extend<T>(Located[] items)
    {
        switch (stack.Peek(this).Value)
        {
            case PickleList list when list is T: Extend(list, items); break;
            case PickleDict dictionary when dictionary is T: Extend(dictionary, items); break;
            case OpaqueValue: break;
            default: throw Fault($"items are added to something that is not a "
                + $"{(typeof(T) == typeof(PickleDict) ? "dictionary" : "list")}");
        }
    }

    private PickleList Extend(PickleList list, Located[] items)
    {
        foreach (Located item in items)
            list.Add(ReferenceEquals(item.Value, list) ? throw Fault("a list contains itself") : item.Value);
        return list;
    }

    private PickleDict Extend(PickleDict dictionary, Located[] pairs)
    {
        if (pairs.Length % 2 != 0)
            throw Fault("a dictionary is given a key without a value");
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (ReferenceEquals(pairs[i + 1].Value, dictionary))
                throw Fault("a dictionary contains itself");
            dictionary.Add(pairs[i].Value, pairs[i + 1]);
        }
        return dictionary;
    }
}
