/** .gitignore of a new project. */
export const GITIGNORE = `build/
node_modules/

# Signing keys: whoever has them can sign images. Keep them out of the repository; public halves may be in it.
*.pem
*.key
keys/*
!*.pub.pem
`;
