/** A request's JSON, leaving its body for who answers it; null when it is not JSON. */
export async function jsonBody(request: Request): Promise<unknown> {
  try {
    return await request.clone().json();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
