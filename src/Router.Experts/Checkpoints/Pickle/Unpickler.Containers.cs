namespace Router.Experts.Checkpoints.Pickle;

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
            case Opcode.Append: Extend(Target<PickleList>(stack.Pop(1, this), out Located[] item), item); return true;
            case Opcode.Appends or Opcode.AddItems: Extend(Target<PickleList>(stack.PopToMark(this), out Located[] items), items); return true;

            case Opcode.EmptyDict: Push(new PickleDict()); return true;
            case Opcode.Dict: Push(Extend(new PickleDict(), stack.PopToMark(this))); return true;
            case Opcode.SetItem: Extend(Target<PickleDict>(stack.Pop(2, this), out Located[] pair), pair); return true;
            case Opcode.SetItems: Extend(Target<PickleDict>(stack.PopToMark(this), out Located[] pairs), pairs); return true;
            default: return false;
        }
    }

    private static PickleTuple Tuple(Located[] items) => new(Array.ConvertAll(items, i => i.Value));

    private T Target<T>(Located[] popped, out Located[] items)
        where T : class
    {
        items = popped;
        return stack.Peek(this).Value as T
            ?? throw Fault($"items are added to something that is not a {(typeof(T) == typeof(PickleDict) ? "dictionary" : "list")}");
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
            dictionary.Add(pairs[i].Value, ReferenceEquals(pairs[i + 1].Value, dictionary) ? throw Fault("a dictionary contains itself") : pairs[i + 1]);
        return dictionary;
    }
}
