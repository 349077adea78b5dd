import { saveFile } from "../ui/save-file.ts";

/** As many pixels for each of the page's, so that text is sharp where it is sent. */
const scale = 2;

/** Saves a part of the page as a PNG. What draws it is loaded when it is first asked for. */
export async function savePicture(part: HTMLElement, name: string): Promise<void> {
	const { domToBlob } = await import("modern-screenshot");
	const ground = getComputedStyle(document.documentElement).getPropertyValue("--bg").trim();
	// Its own fonts are those of the system: there are none to be put into the picture.
	saveFile(await domToBlob(part, { scale, backgroundColor: ground, font: false }), name);
}
