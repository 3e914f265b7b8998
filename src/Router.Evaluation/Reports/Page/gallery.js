'use strict';
report.gallery = (() => {
  const { study, images, make, byId, options, className, experts, answering } = report;
  const pageSize = 60;
  let page = 0;

  const answerOf = (image, system) => image.answers.find(answer => answer.system === system);
  const outcome = (image, answer) =>
    !answer || answer.class === null ? 'abstained' : answer.class === image.label ? 'right' : 'wrong';
  const outcomes = { right: ['✓', 'right'], wrong: ['✗', 'wrong'], abstained: ['–', 'abstained'] };
  const orders = {
    index: ['index', () => 0],
    far: ['largest radius first', (a, b) => b.radius - a.radius],
    near: ['smallest radius first', (a, b) => a.radius - b.radius],
  };

  function matching() {
    const system = Number(byId('gallery-system').value), wanted = byId('gallery-answer').value;
    const label = byId('gallery-label').value, route = byId('gallery-route').value;
    const rows = study.images.map(image => ({ image, answer: answerOf(image, system) })).filter(({ image, answer }) =>
      (!wanted || outcome(image, answer) === wanted) && (label === '' || image.label === Number(label))
      && (!route || answer?.route === route));
    const compare = orders[byId('gallery-order').value][1];
    return rows.sort((a, b) => compare(a.answer ?? { radius: 0 }, b.answer ?? { radius: 0 }));
  }

  function canvas(image) {
    const text = images?.pixels?.[image.index];
    if (!text) return null;
    const bytes = atob(text), { width, height } = images;
    const element = make('canvas',
      { width, height, role: 'img', 'aria-label': `Image ${image.index}, ${className(image.label)}` });
    const context = element.getContext('2d'), data = context.createImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++)
        data.data[4 * pixel + channel] = bytes.charCodeAt(3 * pixel + channel);
      data.data[4 * pixel + 3] = 255;
    }
    context.putImageData(data, 0, 0);
    return element;
  }

  function votes(image) {
    const total = image.routerVotes.reduce((sum, one) => sum + one, 0);
    if (!total) return null;
    const share = position => image.routerVotes[position] / total, colours = report.expertColours();
    const told = experts.map((id, position) => `${id} ${report.percent(share(position) || 0)} %`).join(', ');
    const bar = make('div.votes', { role: 'img', 'aria-label': `Router votes: ${told}`, title: told });
    image.routerVotes.forEach((_, position) => {
      const piece = make('i');
      piece.style.width = `${100 * share(position)}%`;
      piece.style.background = colours[position] ?? 'currentColor';
      bar.append(piece);
    });
    return bar;
  }

  function card({ image, answer }) {
    const kind = outcome(image, answer), [sign, word] = outcomes[kind];
    return make('li', { 'data-index': image.index }, make('button.card', { type: 'button', click: () => open(image) },
      canvas(image),
      make('span.line', null, make('strong', null, className(image.label)),
        make('span.muted', null, '#' + image.index)),
      make('span.line', null,
        make('span.' + (kind === 'right' ? 'right' : kind === 'wrong' ? 'wrong' : 'muted'), null,
          `${sign} ${kind === 'wrong' ? className(answer.class) : word}`),
        kind === 'abstained' ? null : make('span', { title: 'certified radius' }, report.cut(answer.radius, 2))),
      answer?.route ? make('span.line.muted', null, '→ ' + answer.route) : null,
      votes(image)));
  }

  function draw() {
    const rows = matching(), pages = Math.max(1, Math.ceil(rows.length / pageSize));
    page = Math.min(page, pages - 1);
    byId('gallery-count').textContent = `${rows.length} of ${study.images.length} images`;
    byId('gallery-images').replaceChildren(...rows.slice(page * pageSize, (page + 1) * pageSize).map(card));
    if (!rows.length) byId('gallery-images').append(make('li.empty', null, 'No image is like that.'));
    const turn = (text, by) => make('button', {
      type: 'button', disabled: page + by < 0 || page + by >= pages,
      click: () => { page += by; draw(); byId('gallery').scrollIntoView(); },
    }, text);
    byId('gallery-pager').replaceChildren(
      ...(pages > 1 ? [turn('Previous', -1), `page ${page + 1} of ${pages}`, turn('Next', 1)] : []));
    const colours = report.expertColours();
    const coloured = study.images.some(image => image.routerVotes.length) ? experts : [];
    byId('gallery-legend').replaceChildren(...coloured.map((id, position) => {
      const patch = make('i');
      patch.style.background = colours[position];
      return make('span', null, patch, id);
    }));
  }

  function open(image) {
    const box = byId('image');
    const rows = image.answers.map(answer => {
      const kind = outcome(image, answer);
      return make('tr', null, make('th', { scope: 'row' }, study.systems[answer.system].name),
        make('td.text.' + (kind === 'right' ? 'right' : kind === 'wrong' ? 'wrong' : 'muted'), null,
          answer.class === null ? 'abstained' : className(answer.class)),
        make('td', null, answer.class === null ? '–' : report.cut(answer.radius, 3)),
        make('td.text', null, answer.route ?? '–'), make('td.text', null, answer.limit));
    });
    const column = (text, kind) => make(kind ? 'th.text' : 'th', { scope: 'col' }, text);
    const told = image.routerVotes.map((count, position) => `${experts[position] ?? position} ${count}`).join(', ');
    box.replaceChildren(
      make('button.quiet.close', { type: 'button', click: () => box.close() }, 'Close'),
      make('div.head', null, canvas(image), make('div', null,
        make('h2', { id: 'image-title' }, `${className(image.label)}, image ${image.index}`),
        image.routerVotes.length ? make('p.note', null, 'Router votes: ' + told) : null,
        votes(image))),
      make('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Answers' }, make('table', null,
        make('thead', null, make('tr', null, column('System', true), column('Class', true),
          column('Radius'), column('Route', true), column('Limited by', true))),
        make('tbody', null, ...rows))));
    box.showModal();
    report.wide(box.querySelector('.scroll'));
  }

  function start() {
    if (!study.images.length || !answering.length) return;
    byId('gallery').hidden = false;
    const curves = report.charts.find(chart => chart.name === 'curves');
    const shown = curves?.light.params.find(one => one.name === 'shown').value;
    options(byId('gallery-system'),
      answering.map(index => [index, `${study.systems[index].name} (${study.systems[index].standing})`]));
    byId('gallery-system').value = String(
      answering.find(index => study.systems[index].name === shown) ?? answering[answering.length - 1]);
    options(byId('gallery-answer'), [['', 'any'], ['right', 'right'], ['wrong', 'wrong'], ['abstained', 'abstained']]);
    const labels = [...new Set(study.images.map(image => image.label))].sort((a, b) => a - b);
    options(byId('gallery-label'), [['', 'any'], ...labels.map(label => [label, className(label)])]);
    options(byId('gallery-route'), [['', 'any'], ...experts.map(id => [id, id])]);
    options(byId('gallery-order'), Object.entries(orders).map(([key, [text]]) => [key, text]));
    for (const id of ['system', 'answer', 'label', 'route', 'order'])
      byId('gallery-' + id).addEventListener('input', () => { page = 0; draw(); });
    byId('image').addEventListener('click', event => { if (event.target === byId('image')) byId('image').close(); });
    draw();
  }

  return { start, draw: () => { if (!byId('gallery').hidden) draw(); } };
})();
