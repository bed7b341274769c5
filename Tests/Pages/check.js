// Looks for what makes a page hard to read, and tells the page around it. Run by check.sh, in a copy of the page inside of a frame.
(function () {
  var faults = [];
  function shown(element) { return element.textContent.slice(0, 60); }
  function box(element) { return element.getBoundingClientRect(); }
  document.addEventListener('securitypolicyviolation', function (event) { faults.push('it wants to load ' + event.blockedURI); });
  document.querySelectorAll('details').forEach(function (details) { details.open = true; });

  var charts = document.querySelectorAll('svg.chart');
  charts.forEach(function (chart) {
    var name = shown(chart.querySelector('title')), frame = box(chart);
    if (!chart.querySelector('path.line, [class^=f], .cells path')) faults.push('chart "' + name + '" has no points');
    ['title', 'desc'].forEach(function (part) {
      var text = chart.querySelector(part);
      if (!text || !text.textContent || chart.getAttribute('aria-labelledby').indexOf(text.id) < 0)
        faults.push('chart "' + name + '" has no ' + part + ' for a screen reader');
    });
    var texts = Array.from(chart.querySelectorAll('text'));
    texts.forEach(function (text, index) {
      var own = box(text);
      if (own.left < frame.left - 1 || own.right > frame.right + 1 || own.top < frame.top - 1 || own.bottom > frame.bottom + 1)
        faults.push('chart "' + name + '": "' + shown(text) + '" is cut off');
      texts.slice(index + 1).forEach(function (other) {
        var its = box(other);
        var across = Math.min(own.right, its.right) - Math.max(own.left, its.left);
        var down = Math.min(own.bottom, its.bottom) - Math.max(own.top, its.top);
        // Boxes are higher than letters.
        if (across > 1 && down > 4) faults.push('chart "' + name + '": "' + shown(text) + '" lies on "' + shown(other) + '"');
      });
    });
    if (texts.some(function (text) { return parseFloat(getComputedStyle(text).fontSize) * frame.width / chart.viewBox.baseVal.width < 8; }))
      faults.push('chart "' + name + '": text is smaller than 8 pixels');
  });

  var width = document.documentElement.clientWidth;
  document.querySelectorAll('body *').forEach(function (element) {
    if (element.closest('svg, .wide, pre') && !element.matches('svg.chart, .wide, pre')) return;
    if (box(element).right > width + 1) faults.push('<' + element.tagName.toLowerCase() + '> "' + shown(element) + '" is wider than the page');
  });
  if (document.documentElement.scrollWidth > width + 1) faults.push('the page scrolls sideways');
  if (document.querySelectorAll('main script, main img, main iframe').length) faults.push('an element came from data');

  var result = { width: innerWidth, height: document.documentElement.scrollHeight, charts: charts.length,
    dark: matchMedia('(prefers-color-scheme: dark)').matches, faults: faults };
  parent.postMessage(JSON.stringify(result), '*');
})();
