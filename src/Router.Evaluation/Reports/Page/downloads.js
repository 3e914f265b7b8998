'use strict';
report.downloads = (() => {
  const { make, byId, charts } = report;

  function save(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    make('a', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  function start() {
    const button = (text, run) => make('button', { type: 'button', click: run }, text);
    byId('download-buttons').append(
      button('Document (JSON)', () => save('tradeoff.json', 'application/json', byId('document').textContent)),
      button('Table of systems, as filtered and sorted (TSV)',
        () => save('systems.tsv', 'text/tab-separated-values', report.tables.tsv())),
      ...charts.map(chart => button(`Chart: ${byId(chart.name + '-title').textContent} (SVG)`,
        async () => save(chart.name + '.svg', 'image/svg+xml', await report.drawings.svg(chart.name)))));
  }

  return { start };
})();
