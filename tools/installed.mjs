// Exit code 0 when node_modules holds what package-lock.json asks for. Plain JavaScript: this runs on any Node >= 20,
// before the pinned one is there. npm keeps a record of what it installed in node_modules/.package-lock.json.
import { readFileSync } from 'node:fs';

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  let present;
  try {
    present = packagesOf('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = present[path];
    // Packages for other platforms are optional and absent.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.link === entry.link;
  });
}

process.exit(isInstalled() ? 0 : 1);
