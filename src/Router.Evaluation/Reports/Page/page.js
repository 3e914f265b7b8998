'use strict';
// What every part of the page uses. Text from the document reaches the page as text nodes only.
const report = (() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const study = read('document'), charts = read('chart-data'), images = read('image-data');

  // make('td.text', { title }, 'text', element, …)
  function make(kind, attributes, ...content) {
    const [tag, ...classes] = kind.split('.');
    const element = document.createElement(tag);
    if (classes.length) element.className = classes.join(' ');
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (typeof value === 'function') element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, '');
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
    }
    element.append(...content.filter(piece => piece !== null && piece !== undefined)
      .map(piece => piece instanceof Node ? piece : String(piece)));
    return element;
  }

  const byId = id => document.getElementById(id);
  const percent = share => share === null ? '–' : (100 * share).toFixed(1);
  // Nothing that is certified is rounded up, and no bound on it down.
  const cut = (value, digits) => value === null || value === undefined
    ? '–' : (Math.floor(value * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits);
  const certified = share => cut(100 * share, 1);
  const atMost = share => (Math.ceil(1000 * share - 1e-6) / 10).toFixed(1);
  const number = (value, digits) => value === null || value === undefined ? '–' : value.toFixed(digits);
  const magnitudes = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']];
  function short(value) {
    if (value === null || value === undefined) return '–';
    const [unit, suffix] = magnitudes.find(([size]) => value >= size) ?? [1, ''];
    const scaled = suffix === 'k' ? value / 1e3 : value / unit;
    return scaled.toFixed(suffix === '' ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0) + (suffix && ' ' + suffix);
  }
  const options = (select, entries) =>
    select.replaceChildren(...entries.map(([value, text]) => make('option', { value }, text)));
  const styles = { certificate: 'certificate', bound: 'bound', 'under attack': 'bound' };
  const badge = standing => make('span.badge.' + (styles[standing] ?? 'estimate'), null, standing);

  // Says which columns of a table in a box that scrolls are out of sight, for as long as they are.
  function wide(box) {
    const told = make('p.cut.screen', { 'aria-hidden': 'true' });
    const list = heads => heads.slice(0, 4).map(head => head.textContent).join(', ')
      + (heads.length > 4 ? ` and ${heads.length - 4} more` : '');
    function look() {
      const [first, ...heads] = box.querySelectorAll('thead th'), { right: end } = box.getBoundingClientRect();
      const side = head => head.getBoundingClientRect(), begin = first ? side(first).right : 0;
      const after = heads.filter(head => side(head).right > end + 1);
      const before = heads.filter(head => side(head).left < begin - 1);
      told.textContent = [
        before.length ? `Cut off at the left: ${list(before)}.` : '',
        after.length ? `Cut off at the right: ${list(after)}.` : '',
        before.length + after.length ? 'The table scrolls sideways.' : '',
      ].filter(Boolean).join(' ');
    }
    box.before(told);
    box.addEventListener('scroll', look);
    new ResizeObserver(look).observe(box);
    return look;
  }
  // Tables and legends have the same words.
  const words = new Map(charts.find(chart => chart.name === 'pareto')?.datasets.systems.map(row => [row.system, row]));
  const kindOf = system => words.get(system.name)?.kind ?? system.kind;
  const standingOf = system => words.get(system.name)?.standing ?? system.standing;
  const className = label => images?.labels?.[label] ?? `class ${label}`;

  const experts = study.networks.filter(network => network.role !== 'router').map(network => network.id);
  const answering = [...new Set(study.images.flatMap(image => image.answers.map(answer => answer.system)))]
    .sort((a, b) => a - b);
  const listeners = [];
  return {
    study, charts, images, make, byId, percent, cut, certified, atMost, number, short, options,
    badge, wide, kindOf, standingOf, className, experts, answering,
    picked: null,
    // One system at a time is picked: tables and charts show it.
    pick(name) { report.picked = report.picked === name ? null : name; for (const listen of listeners) listen(); },
    onPick(listen) { listeners.push(listen); },
    dark: () => document.documentElement.dataset.theme === 'dark',
    expertColours() {
      const curves = charts.find(chart => chart.name === 'curves');
      const scale = curves?.[report.dark() ? 'dark' : 'light'].encoding.color.scale;
      return experts.map((id, position) => {
        const single = study.systems.find(system => system.kind === 'single' && system.experts[0] === id);
        const at = single && scale ? scale.domain.indexOf(single.name) : -1;
        return at >= 0 ? scale.range[at] : `hsl(205 60% ${78 - 48 * position / Math.max(1, experts.length - 1)}%)`;
      });
    },
  };
})();
