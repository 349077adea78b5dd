const elsewhere = "http://elsewhere.example";
const run = "globalThis.hacked=1";
const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";

/** Names and texts meant to harm a program that displays them: the purpose of each, and the text. */
export const hostileTexts: readonly (readonly [string, string])[] = [
	["a script", `<script>${run}</script><script src="${elsewhere}/a.js"></script>`],
	["a picture that fails", `<img src=x onerror="${run}"><img src="${elsewhere}/b.png">`],
	["an SVG", `<svg onload="${run}"><use href="${elsewhere}/c.svg#a"/></svg>`],
	["a frame", `<iframe srcdoc="<script>parent.hacked=1</script>" src="${elsewhere}/d"></iframe>`],
	["closing the elements around it", `</bdi></p></li></ol></section><h1 style="position:fixed;inset:0">X</h1>`],
	["leaving an attribute", `" onmouseover="${run}" autofocus onfocus="${run}" x="`],
	["a link that runs", `<a href="javascript:${run}">javascript:${run}</a>`],
	[
		"another base and another page",
		`<base href="${elsewhere}/"><meta http-equiv=refresh content="0;url=${elsewhere}/">`,
	],
	["a style", `<style>*{display:none!important}</style><link rel=stylesheet href="${elsewhere}/e.css">`],
	["Markdown", `![x](${elsewhere}/f.png) [x](javascript:${run})`],
	["a template", `{{ constructor.constructor("${run}")() }} \${${run}} <%= ${run} %>`],
	["a translated message", "{name} {'{'} @:room.feed.sent @.upper:nav.rooms a | b | c"],
	["turning the line around", "\u202e\u2067\u202dabc txt.exe\u2066\u202e"],
	["showing nothing", "\u3164\u200b\u115f\u2060\ufeff\u00ad"],
	["zero-width characters in between", `a${"\u200b\u200d\ufeff\u2060".repeat(400)}b`],
	["marks piled up", `Z${"\u0301\u0489\u035c\u033f".repeat(300)}Y${"\u0322".repeat(300)}`],
	["100 KB", "长".repeat(34_000)],
	["one word without an end", `http://${"a".repeat(480)}`],
	["very wide letters", "\ufdfd\u{1242b}\u2e3b".repeat(60)],
	["people joined for ever", family.repeat(200)],
	["line ends and control characters", "a\r\n\r\n\n\u0000\u0007\u001b[2J\u001b]0;X\u0007\u2028\u2029\u0085\tb"],
	["right to left", "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd 123 (abc)"],
	["names of the language itself", "__proto__ constructor toString"],
];

/** Hostile addresses in place of a picture's. */
export const hostilePictures: readonly string[] = [
	`${elsewhere}/gift.png`,
	`javascript:${run}`,
	`data:text/html,<script>${run}</script>`,
	"http://127.0.0.1:1/private",
	"file:///etc/passwd",
	"//elsewhere.example/g.png",
];
