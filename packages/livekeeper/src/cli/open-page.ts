import { spawn } from "node:child_process";

/** A program and its first arguments; the address comes last. */
type Opener = readonly [program: string, ...args: string[]];

const openers: Partial<Record<NodeJS.Platform, Opener>> = {
	// No shell, so the address needs no quoting.
	win32: ["rundll32.exe", "url.dll,FileProtocolHandler"],
	darwin: ["open"],
};
const freeDesktop: Opener = ["xdg-open"];

export function openerOf(platform: NodeJS.Platform): Opener {
	return openers[platform] ?? freeDesktop;
}

/**
 * Opens an address in the user's browser.
 * @returns whether there is a program for it: a server may have none
 */
export function openPage(url: string): Promise<boolean> {
	const [program, ...args] = openerOf(process.platform);
	// Ctrl-C that ends the service is not meant for the browser, and on Windows a child that is not detached ends with
	// us.
	const child = spawn(program, [...args, url], { stdio: "ignore", detached: true, windowsHide: true });
	child.unref();
	return new Promise((resolve) => {
		child.once("spawn", () => resolve(true));
		child.once("error", () => resolve(false));
	});
}
