
namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>The values not yet used and the marks among them.</summary>
internal sealed class PickleStack
{
    private readonly List<Located> values = [];
    private readonly List<int> marks = [];

    /// <summary>Values above the last mark.</summary>
    public int Available => values.Count - (marks.Count > 0 ? marks[^1] : 0);

    public int Marks => marks.Count;

    public void Push(object? value, long offset) => values.Add(new(value, offset));

    public void Mark() => marks.Add(values.Count);

    public Located Pop(Unpickler at)
    {
        Located top = Peek(at);
        values.RemoveAt(values.Count - 1);
        return top;
    }

    public Located Peek(Unpickler at) =>
        Available > 0 ? values[^1] : throw at.Fault("the opcode needs a value, but the stack is empty");

    /// <summary>Takes the last <paramref name="count"/> values.</summary>
    public Located[] Pop(int count, Unpickler at)
    {
        if (Available < count)
            throw at.Fault($"the opcode needs {count} values, but the stack holds {Available}");
        Located[] popped = new Located[count];
        values.CopyTo(values.Count - count, popped, 0, count);
        values.RemoveRange(values.Count - count, count);
        return popped;
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public Located[] PopToMark(Unpickler at)
    {
        if (marks.Count == 0)
            throw at.Fault("the opcode needs a mark, but there is none");
        Located[] popped = Pop(Available, at);
        marks.RemoveAt(marks.Count - 1);
        return popped;
    }
}
