using System.Globalization;
using Router.Engine;
using Router.Experts.Registry.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace Router.Experts.Cards;

/// <summary>The few shapes of YAML that cards are written in.</summary>
internal sealed class CardEmitter(IEmitter emitter)
{
    public void Document(Action content)
    {
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Mapping(content);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    public void Block(string key, Action content)
    {
        Word(key);
        Mapping(content);
    }

    public void Text(string key, string value)
    {
        Word(key);
        Word(value);
    }

    public void Number<T>(string key, T value)
        where T : IFormattable
    {
        Word(key);
        Number(value);
    }

    public void Numbers<T>(string key, IEnumerable<T> values)
        where T : IFormattable
    {
        Word(key);
        Numbers(values);
    }

    public void Rows(string key, ValueArray<ValueArray<float>> rows)
    {
        Word(key);
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
        foreach (ValueArray<float> row in rows)
            Numbers(row);
        emitter.Emit(new SequenceEnd());
    }

    private void Mapping(Action content)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        content();
        emitter.Emit(new MappingEnd());
    }

    private void Numbers<T>(IEnumerable<T> values)
        where T : IFormattable
    {
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
        foreach (T value in values)
            Number(value);
        emitter.Emit(new SequenceEnd());
    }

    /// <summary>Text that looks like a number or truth value is quoted, so that it stays text.</summary>
    private void Word(string text)
    {
        ScalarStyle style = CoreSchema.KindOf(text) == ScalarKind.Text ? ScalarStyle.Any : ScalarStyle.DoubleQuoted;
        emitter.Emit(
            new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    /// <summary>The shortest form that reads back as the same number.</summary>
    private void Number<T>(T value)
        where T : IFormattable =>
        emitter.Emit(new Scalar(value.ToString(format: null, CultureInfo.InvariantCulture)));
}
