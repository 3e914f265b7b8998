'use strict';
report.tables = (() => {
  const { study, make, byId, percent, cut, certified, atMost, number, short } = report;
  const { badge, options, wide, kindOf, standingOf } = report;
  const attainable = system => system.standing !== 'bound' && system.kind !== 'attacked';
  const shown = thin(study.radii, 12);

  // At most so many columns, ends included; files have all radii.
  function thin(radii, most) {
    if (radii.length <= most) return radii.map((_, position) => position);
    return [...new Set(Array.from({ length: most }, (_, k) => Math.round(k * (radii.length - 1) / (most - 1))))];
  }

  const table = (label, head, rows) => make('table', { 'aria-label': label },
    make('thead', null, make('tr', null, ...head)), make('tbody', null, ...rows));
  // A mix may break after each plus; its text stays what it is.
  const breakable = name => name.split(/(?<=\+)/).flatMap((part, position) => position ? [make('wbr'), part] : [part]);
  const column = (text, ...classes) => make(['th', ...classes].join('.'), { scope: 'col' }, text);

  function summary() {
    const curve = report.charts.find(chart => chart.name === 'curves');
    const names = new Set(curve ? curve.light.encoding.color.scale.domain : study.systems.map(system => system.name));
    const systems = study.systems.filter(system => names.has(system.name));
    const best = shown.map(at => Math.max(...systems.filter(attainable).map(system => system.accuracy[at].share)));
    const meanings = [
      ['certificate', 'holds with probability 1 − α'], ['estimate', 'not a certificate: see the caveats'],
      ['bound', 'what no single classifier attains'],
      ['under attack', 'what an attack left: no certificate can be above it'],
    ];
    byId('standings').replaceChildren(
      ...meanings.filter(([standing]) => systems.some(system => standingOf(system) === standing))
        .map(([standing, meaning]) => make('span', null, badge(standing), ' ' + meaning)));
    if (shown.length < study.radii.length)
      byId('summary-note').append(
        ` Shown are ${shown.length} of ${study.radii.length} radii; the table of systems under Downloads has all.`);
    byId('summary-table').replaceChildren(table('Certified accuracy in percent, with 95 % intervals over images',
      [column('System', 'text'), column('Standing', 'text'),
        ...shown.map(at => column(`r = ${study.radii[at]}`)), column('Abstained')],
      systems.map(system => make(attainable(system) ? 'tr' : 'tr.bound', null,
        make('th', { scope: 'row' }, ...breakable(system.name)), make('td.text', null, badge(standingOf(system))),
        ...shown.map((at, position) => {
          const { share, low, high, highProbability } = system.accuracy[at];
          const top = attainable(system) && share > 0 && share === best[position];
          const title = `95 %: ${certified(low)} to ${atMost(high)}; with probability .999 at least `
            + `${certified(highProbability)} of these images`;
          return make(top ? 'td.best' : 'td', { title },
            certified(share), make('span.low', null, `${certified(low)}–${atMost(high)}`));
        }),
        make('td', null, percent(system.abstained))))));
  }

  const columns = [
    { key: 'name', title: 'System', text: true, of: system => system.name },
    { key: 'kind', title: 'Kind', text: true, of: kindOf },
    { key: 'standing', title: 'Standing', text: true, of: standingOf, cell: system => badge(standingOf(system)) },
    ...shown.map(at => ({
      key: 'r' + at, title: `r = ${study.radii[at]}`,
      of: system => system.accuracy[at].share, cell: system => certified(system.accuracy[at].share),
    })),
    { key: 'abstained', title: 'Abstained', of: system => system.abstained, cell: system => percent(system.abstained) },
    { key: 'meanRadius', title: 'Mean radius', of: system => system.meanRadius,
      cell: system => cut(system.meanRadius, 3) },
    { key: 'samples', title: 'Samples', of: system => system.cost.samples, cell: system => short(system.cost.samples) },
    { key: 'flops', title: 'FLOPs', of: system => system.cost.flops, cell: system => short(system.cost.flops) },
    { key: 'seconds', title: 'Seconds', of: system => system.cost.seconds,
      cell: system => number(system.cost.seconds, 2) },
  ].filter(one => !['samples', 'flops', 'seconds'].includes(one.key)
    || study.systems.some(system => one.of(system) !== null));
  const order = { key: null, down: true }, cutOff = wide(byId('system-table'));

  function matching() {
    const words = byId('system-search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = byId('system-kind').value, standing = byId('system-standing').value;
    const textOf = system =>
      `${system.name} ${kindOf(system)} ${standingOf(system)} ${system.routing}`.toLowerCase();
    const found = study.systems.filter(system => (!kind || kindOf(system) === kind)
      && (!standing || standingOf(system) === standing) && words.every(word => textOf(system).includes(word)));
    const by = columns.find(one => one.key === order.key);
    if (!by) return found;
    const sign = order.down ? -1 : 1;
    // What is not known comes last either way.
    return found.sort((a, b) => {
      const left = by.of(a), right = by.of(b);
      if (left === null || right === null) return (left === null) - (right === null);
      return sign * (by.text ? left.localeCompare(right, 'en', { numeric: true }) : left - right);
    });
  }

  function systems() {
    const rows = matching();
    byId('system-count').textContent = `${rows.length} of ${study.systems.length} systems`;
    const head = columns.map(one => {
      const button = make('button', { type: 'button', 'data-sort': one.key, click: () => sortBy(one) }, one.title);
      const cell = make(one.text ? 'th.text' : 'th', { scope: 'col' }, button);
      if (order.key === one.key) cell.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      return cell;
    });
    const focused = document.activeElement?.dataset?.sort;
    const picker = ({ name }) => make('button',
      { type: 'button', 'aria-pressed': report.picked === name, click: () => report.pick(name) }, name);
    byId('system-table').replaceChildren(table('Systems; accuracies in percent', head, rows.length
      ? rows.map(system => make('tr', { 'data-system': system.name }, ...columns.map(one => one.key === 'name'
        ? make('th', { scope: 'row' }, picker(system))
        : make(one.text ? 'td.text' : 'td', null, one.cell ? one.cell(system) : one.of(system)))))
      : [make('tr', null, make('td.empty', { colspan: columns.length }, 'No system is like that.'))]));
    if (focused) byId('system-table').querySelector(`[data-sort="${focused}"]`)?.focus();
    cutOff();
    mark();
  }

  function sortBy(one) {
    // Figures from the best down, names from A; the same heading again turns it round.
    order.down = order.key === one.key ? !order.down : !one.text;
    order.key = one.key;
    systems();
  }

  function mark() {
    for (const row of byId('system-table').querySelectorAll('tr[data-system]')) {
      row.classList.toggle('picked', row.dataset.system === report.picked);
      row.querySelector('button').setAttribute('aria-pressed', row.dataset.system === report.picked);
    }
  }

  function choice() {
    const { choice } = study;
    if (!choice) return;
    byId('choice').hidden = false;
    const wanted = choice.wanted.map(wish => `${wish.weight} at radius ${wish.radius}`).join(', ');
    const chosen = study.systems.find(system => system.name === choice.chosen);
    const fact = (title, value, small, kind = 'div') => make(kind, null,
      make('dt', null, title), make('dd', null, value, small ? make('small', null, small) : null));
    const name = make('div.name', null,
      make('dt', null, 'Chosen'), make('dd', null, choice.chosen, ' ', chosen ? badge(chosen.standing) : null));
    const widest = Math.max(1e-9, ...choice.against.flatMap(other => [Math.abs(other.low), Math.abs(other.high)]));
    const most = 10;
    const rows = choice.against.map((other, position) => make('tr', { hidden: position >= most },
      make('th', { scope: 'row' }, other.system), make('td', null, signed(other.difference)),
      make('td', null, `${signed(other.low)} to ${signed(other.high)}`),
      make('td.text', null, interval(other, widest))));
    const against = table('The chosen system less each other one, in percentage points',
      [column('Less', 'text'), column('Difference'), column('Interval'), column('', 'text')], rows);
    const costing = choice.maxCost === null ? '' : `; at most ${short(choice.maxCost)} samples per image`;
    const showAll = event => { for (const row of rows) row.hidden = false; event.target.remove(); };
    byId('choice-body').replaceChildren(
      make('p.note', null, `Weights: ${wanted}${costing}. Of ${choice.considered} systems, the best on `
        + `${choice.chosenOn} images; every figure here is of the other ${choice.reportedOn}.`),
      make('dl.score', null, name, fact('Weighted accuracy', certified(choice.score) + '\u00a0%'),
        ...choice.accuracy.map(at => fact(`Radius ${at.radius}`, certified(at.share) + '\u00a0%',
          `95 %: ${certified(at.low)} to ${atMost(at.high)}`))),
      make('h3', null, 'Against the others'),
      make('p.note', null, 'Paired differences in percentage points. The intervals hold for all systems considered at '
        + 'once, 95\u00a0%: one that reaches across 0 means that the two are not told apart.'),
      make('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Differences' }, against),
      rows.length > most
        ? make('p', null, make('button.quiet', { type: 'button', click: showAll }, `Show all ${rows.length}`)) : null);
  }

  const signed = value => (value >= 0 ? '+' : '−') + percent(Math.abs(value));

  function interval({ difference, low, high }, widest) {
    const vector = (tag, attributes) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    const x = value => 88 + 84 * value / widest;
    const svg = vector('svg', { class: 'interval', viewBox: '0 0 176 12', 'aria-hidden': 'true' });
    svg.append(vector('line', { class: 'axis', x1: 88, x2: 88, y1: 0, y2: 12 }),
      vector('line', { class: 'range', x1: x(low), x2: x(high), y1: 6, y2: 6 }),
      vector('circle', { cx: x(difference), cy: 6, r: 3 }));
    return svg;
  }

  function sources() {
    byId('sources-table').replaceChildren(table('Files that were read',
      [column('File', 'text'), column('Network', 'text'), column('Images'), column('SHA-256', 'text')],
      study.sources.map(source => make('tr', null,
        make('td.path', null, source.path), make('td.text', null, source.network),
        make('td', null, source.images), make('td.hash', null, source.sha256)))));
    byId('networks-table').replaceChildren(table('Networks',
      [column('Network', 'text'), column('Role', 'text'), column('σ'), column('FLOPs per pass'),
        column('Seconds per image')],
      study.networks.map(network => make('tr', null,
        make('th', { scope: 'row' }, network.id), make('td.text', null, network.role), make('td', null, network.sigma),
        make('td', null, short(network.flops)), make('td', null, number(network.seconds, 2))))));
  }

  function tsv() {
    const cell = value => value === null || value === undefined ? '' : String(value).replace(/[\t\r\n]/g, ' ');
    const head = ['system', 'kind', 'standing', 'experts', 'routing', ...study.radii.map(radius => `r=${radius}`),
      'abstained', 'mean radius', 'samples', 'flops', 'seconds'];
    const rows = matching().map(system => [system.name, system.kind, system.standing, system.experts.join('+'),
      system.routing, ...system.accuracy.map(at => at.share),
      system.abstained, system.meanRadius, system.cost.samples, system.cost.flops, system.cost.seconds]);
    return [head, ...rows].map(row => row.map(cell).join('\t') + '\n').join('');
  }

  function start() {
    const distinct = of => [...new Set(study.systems.map(of))].map(value => [value, value]);
    options(byId('system-kind'), [['', 'every kind'], ...distinct(kindOf)]);
    options(byId('system-standing'), [['', 'any'], ...distinct(standingOf)]);
    for (const id of ['system-search', 'system-kind', 'system-standing']) byId(id).addEventListener('input', systems);
    report.onPick(mark);
    summary();
    systems();
    choice();
    sources();
    for (const box of document.querySelectorAll('.scroll:not(#system-table)')) wide(box);
  }

  return { start, tsv };
})();
