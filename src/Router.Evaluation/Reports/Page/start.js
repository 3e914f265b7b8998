'use strict';
(() => {
  const { study, make, byId } = report;
  const root = document.documentElement, preference = matchMedia('(prefers-color-scheme: dark)');

  function show(dark) {
    root.dataset.theme = dark ? 'dark' : 'light';
    byId('theme').textContent = dark ? 'Light' : 'Dark';
    byId('theme').setAttribute('aria-pressed', dark);
    byId('theme').setAttribute('aria-label', dark ? 'Change to a light ground' : 'Change to a dark ground');
  }

  show(preference.matches);
  byId('title').textContent = study.title;
  const mixes = new Set(study.systems.map(system => system.experts.join('+')));
  byId('facts').textContent = [
    study.images.length ? `${study.images.length} images` : null, `${report.experts.length} experts`,
    `${study.systems.length} systems of ${mixes.size} mixes`, `α = ${study.failureProbability} per certificate`,
  ].filter(Boolean).join(' · ');
  if (study.caveats.length) byId('caveats').append(make('div.caveats', { role: 'note' },
    make('p', null, 'Read with care'), make('ul', null, ...study.caveats.map(text => make('li', null, text)))));

  report.tables.start();
  report.gallery.start();
  const drawn = report.drawings.start();
  report.downloads.start();
  for (const section of document.querySelectorAll('main section[id]:not([hidden])'))
    byId('sections').append(make('a', { href: '#' + section.id }, section.querySelector('h2').textContent));

  const change = dark => { show(dark); report.gallery.draw(); report.drawings.redraw(); };
  byId('theme').addEventListener('click', () => change(!report.dark()));
  preference.addEventListener('change', event => change(event.matches));
  drawn.then(() => { root.dataset.ready = 'yes'; });
})();
