export { publishAddress, publishedAddress } from "./address-file.ts";
export { type Loose, secureFolder } from "./secure-folder.ts";
