// Search and filter of the segments, and links that open the segment they lead to. The page is whole without it.
const segments = [...document.querySelectorAll('.segment')];
const finder = document.querySelector('.finder');
const open = () => {
  const segment = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (segment && segment.classList.contains('segment')) { reset(); segment.open = true; segment.scrollIntoView(); }
};
const reset = () => { if (finder) { finder.reset(); show(); } };
const plain = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
const texts = segments.map((one) => plain(one.id + ' ' + one.dataset.label + ' ' + one.querySelector('.says').textContent));
const show = () => {
  const words = plain(finder.elements.search.value).split(/\s+/).filter(Boolean);
  const category = finder.elements.category.value;
  let count = 0;
  segments.forEach((segment, place) => {
    const fits = (!category || segment.dataset.category === category) && words.every((word) => texts[place].includes(word));
    segment.hidden = !fits;
    count += fits;
  });
  document.querySelectorAll('.group').forEach((group) => { group.hidden = !group.querySelector('.segment:not([hidden])'); });
  document.getElementById('nothing').hidden = count > 0;
  const shown = document.getElementById('shown');
  shown.textContent = shown.dataset.words.replace('{shown}', count);
};
if (finder) {
  finder.hidden = false;
  finder.addEventListener('input', show);
  finder.addEventListener('submit', (event) => event.preventDefault());
}
addEventListener('hashchange', open);
open();
