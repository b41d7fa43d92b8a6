console.log('cdc');
