/** @param text what is to be pasted elsewhere */
export async function copyToClipboard(text: string): Promise<void> {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		return;
	}
	// On a page that came over HTTP from another machine browsers offer nothing else.
	const line = document.createElement("span");
	line.textContent = text;
	document.body.append(line);
	getSelection()?.selectAllChildren(line);
	document.execCommand("copy");
	line.remove();
}
