/** @param text text for the clipboard */
export async function copyToClipboard(text: string): Promise<void> {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		return;
	}
	// Browsers offer nothing else to a page loaded over HTTP from another machine.
	const line = document.createElement("span");
	line.textContent = text;
	document.body.append(line);
	getSelection()?.selectAllChildren(line);
	document.execCommand("copy");
	line.remove();
}
