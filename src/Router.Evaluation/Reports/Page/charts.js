'use strict';
report.drawings = (() => {
  const { study, charts, make, byId } = report;
  const views = new Map();
  const texts = {
    curves: ['Accuracy over radius',
      'The share of images classified rightly with a certified radius of r or more. Point at a curve for its figures '
      + 'and its 95 % interval over images; choose systems in the legend to single them out, with Shift for several.'],
    pareto: ['Accuracy at two radii',
      'Every system that was scored. The dashed line joins the systems that no attainable one beats at both radii. '
      + 'Choose a point to find it in the other charts and in the table.'],
    routes: ['Routes',
      'Of the images classified rightly with a certified radius of r or more: to which expert they were routed. '
      + 'Above each bar: how many images those are.'],
    losses: ['Where radius is lost',
      'Mean radius over all images, 0 where the class is wrong. '
      + 'A whole bar is what the best expert of each image would certify.'],
    limits: ['What limits the radius', 'Of the images that were certified: which stage proved the least.'],
  };
  const settings = {};

  function parameter(spec, name, value) {
    const found = spec.params?.find(one => one.name === name);
    if (found) found.value = value;
  }

  // A chart's specification as this page shows it: as wide as its place, its title in the page's own heading.
  function shaped(chart, width) {
    const spec = structuredClone(chart[report.dark() ? 'dark' : 'light']);
    spec.datasets = chart.datasets;
    delete spec.title;
    spec.width = 'container';
    if (typeof spec.height === 'number') spec.height = Math.round(Math.min(spec.height, Math.max(260, width * 0.62)));
    spec.config.background = 'transparent';
    spec.config.padding = { left: 0, right: 4, top: 12, bottom: 4 };
    spec.config.legend.columns = width < 520 ? 1 : width < 860 ? 2 : 3;
    spec.config.legend.labelLimit = width < 520 ? width - 60 : 300;
    const bars = new Set(spec.datasets.routes?.map(row => row.radius)).size;
    const counts = spec.layer?.find(layer => layer.name === 'counts');
    if (counts && (width - 80) / bars < 30) {
      // Numbers that would run into each other stand upright.
      Object.assign(counts.mark, { angle: -90, align: 'left', baseline: 'middle', dx: 6, dy: 0 });
      spec.config.padding.top = 40;
    }
    if (width < 520) {
      spec.config.legend.direction = 'vertical';
      if (spec.encoding?.y?.axis) spec.encoding.y.axis.labelLimit = 110;
      const names = spec.layer?.findIndex(layer => layer.name === 'names');
      if (names > 0) spec.layer.splice(names, 1);
    }
    parameter(spec, 'picked', report.picked);
    for (const [name, value] of Object.entries(settings[chart.name] ?? {})) parameter(spec, name, value);
    if (chart.name === 'pareto') {
      const value = name => spec.params.find(one => one.name === name).value;
      spec.encoding.x.title = `Certified accuracy at radius ${value('first')}`;
      spec.encoding.y.title = `Certified accuracy at radius ${value('second')}`;
      const tooltip = spec.layer.find(layer => layer.name === 'points').encoding.tooltip;
      for (const [field, name] of [['across', 'first'], ['up', 'second']])
        tooltip.find(one => one.field === field).title = `At radius ${value(name)}`;
    }
    return spec;
  }

  async function draw(chart) {
    const place = byId('plot-' + chart.name);
    const spec = shaped(chart, place.clientWidth);
    const result = await vegaEmbed(place, spec, {
      mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, defaultStyle: false, config: {},
      logLevel: vega.Error, tooltip: { disableDefaultStyle: true, offsetX: 14, offsetY: 14 },
    });
    views.get(chart.name)?.finalize();
    views.set(chart.name, result.view);
    if (chart.name === 'pareto') result.view.addEventListener('click', (_, item) => {
      if (item?.datum?.system) report.pick(item.datum.system);
    });
    place.dataset.drawn = 'yes';
  }

  // One after the other, and never two of the same at once: the last wish wins.
  let line = Promise.resolve();
  const redraw = (wanted = charts) => line = line.then(async () => { for (const chart of wanted) await draw(chart); });

  function select(chart, label, name, entries, value) {
    const box = make('select', { 'aria-label': label });
    report.options(box, entries);
    box.value = value;
    box.addEventListener('input', () => {
      const wanted = entries.find(([text]) => String(text) === box.value)[0];
      (settings[chart.name] ??= {})[name] = wanted;
      redraw([chart]);
    });
    return make('label', null, label + ' ', box);
  }

  function controls(chart) {
    const value = name => chart.light.params.find(one => one.name === name).value;
    if (chart.name === 'pareto') {
      const radii = study.radii.map(radius => [radius, radius]);
      return make('div.controls', null,
        select(chart, 'Across: radius', 'first', radii, value('first')),
        select(chart, 'Up: radius', 'second', radii, value('second')));
    }
    if (chart.name === 'routes') {
      const systems = [...new Set(chart.datasets.routes.map(row => row.system))].map(name => [name, name]);
      return make('div.controls', null, select(chart, 'System', 'system', systems, value('system')));
    }
    return null;
  }

  function start() {
    for (const chart of charts) {
      const [title, text] = texts[chart.name], label = `Chart: ${title}. ${text} The figures are in the tables.`;
      byId('charts').append(make('section.chart', { id: chart.name, 'aria-labelledby': `${chart.name}-title` },
        make('h2', { id: `${chart.name}-title` }, title),
        make('figure', null, make('figcaption', null, text), controls(chart),
          make('div.plot', { id: 'plot-' + chart.name, role: 'img', 'aria-label': label }))));
    }
    report.onPick(() => {
      for (const name of ['curves', 'pareto']) {
        const known = name === 'pareto'
          || charts.find(chart => chart.name === name)?.light.encoding.color.scale.domain.includes(report.picked);
        views.get(name)?.signal('picked', known ? report.picked : null).runAsync();
      }
    });
    let width = innerWidth, waiting;
    addEventListener('resize', () => {
      if (innerWidth === width) return;
      width = innerWidth;
      clearTimeout(waiting);
      waiting = setTimeout(() => redraw(), 200);
    });
    return redraw();
  }

  return { start, redraw, svg: name => views.get(name).toSVG() };
})();
