/** Creates an element with a class and a text. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	className: string,
	text = "",
): HTMLElementTagNameMap[Tag] {
	const made = document.createElement(tag);
	made.className = className;
	if (text !== "") made.textContent = text;
	return made;
}

/** Sets a text only if it differs, because an unchanged text needs no new layout. */
export function setText(of: Element, text: string): void {
	if (of.textContent !== text) of.textContent = text;
}

/** Format of numbers for people: 1,234. */
export const figure = new Intl.NumberFormat("en-US");

/** Returns the hue of a name; the same name has the same hue everywhere. */
export function hueOf(name: string): number {
	let hash = 7;
	for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) % 3600;
	// In steps of 24°, so two people either differ clearly or not at all.
	return (hash % 15) * 24;
}

const svg = "http://www.w3.org/2000/svg";

/** Returns a drawn gift, for gifts that the site has no picture of. */
export function drawnGift(): SVGSVGElement {
	const made = document.createElementNS(svg, "svg");
	made.setAttribute("viewBox", "0 0 24 24");
	made.setAttribute("class", "picture drawn");
	const path = document.createElementNS(svg, "path");
	path.setAttribute(
		"d",
		"M3 8h8v4H3zM13 8h8v4h-8zM4 13.5h7V22H5a1 1 0 0 1-1-1zM13 13.5h7V21a1 1 0 0 1-1 1h-6zM12 7C9 2 4.500 2.500 5 5s4 2 7 2c3 0 6.500.5 7-2s-4-3-7 2z",
	);
	made.append(path);
	return made;
}
