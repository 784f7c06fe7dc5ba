import asyncio
class C:
    async def __aenter__(self):
        return self
    async def __aexit__(self, *exc): pass
    async def m(self): pass
async def run():
    async with C() as c:
        await c.m()
asyncio.run(run())
