import asyncio
def a(): pass
async def pick():
    return a
async def run():
    f = await pick()
    f()
asyncio.run(run())
